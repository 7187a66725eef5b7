package dev.nook.driver.soak;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/// One block that was written and fsynced: the number of the write, and the slot. Its bytes follow
/// from both.
///
/// @param number of the write, counted over the whole run; 0 for a block that was never written
/// @param slot which block of the volume it fills
record Write(long number, int slot) {
  static final int BYTES = 4096;
  static final int SLOTS = 48;

  ByteBuffer block() {
    byte[] random = new byte[BYTES - 2 * Long.BYTES - Integer.BYTES];
    new SplittableRandom(number * SLOTS + slot).nextBytes(random);
    ByteBuffer block = ByteBuffer.allocate(BYTES).putLong(number).putLong(slot).put(random);
    return block.putInt(checksum(block)).flip();
  }

  /// Whether a block has exactly these bytes.
  boolean isIn(ByteBuffer block) {
    return number == 0 ? block.equals(ByteBuffer.allocate(BYTES)) : block.equals(block());
  }

  /// Describes a block for a person who looks for a fault.
  static String describe(ByteBuffer block) {
    boolean intact = block.getInt(BYTES - Integer.BYTES) == checksum(block);
    if (block.equals(ByteBuffer.allocate(BYTES))) {
      return "zeroes";
    }
    return intact
        ? "write %d of slot %d".formatted(block.getLong(0), block.getLong(Long.BYTES))
        : "no write of this run, beginning with %016x".formatted(block.getLong(0));
  }

  private static int checksum(ByteBuffer block) {
    var checksum = new CRC32C();
    checksum.update(block.duplicate().position(0).limit(BYTES - Integer.BYTES));
    return (int) checksum.getValue();
  }
}
