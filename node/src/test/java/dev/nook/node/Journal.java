package dev.nook.node;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/// The head of an ext4's journal, as a test writes it.
final class Journal {
  private static final int ERROR_AT = 0x20;
  private static final int CHECKSUM_AT = 0xFC;

  private Journal() {}

  /// @param error below 0, as jbd2 notes why it was aborted
  static byte[] withError(byte[] head, int error) {
    ByteBuffer log = ByteBuffer.wrap(head.clone());
    log.putInt(ERROR_AT, error).putInt(CHECKSUM_AT, 0);
    CRC32C checksum = new CRC32C();
    checksum.update(log.array());
    return log.putInt(CHECKSUM_AT, ~(int) checksum.getValue()).array();
  }
}
