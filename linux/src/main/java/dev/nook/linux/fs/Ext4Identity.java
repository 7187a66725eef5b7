package dev.nook.linux.fs;

import static dev.nook.linux.syscall.OpenFlag.O_RDWR;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.UUID;
import java.util.zip.CRC32C;

/// Changes the UUID of an ext4 in a file: in its superblock and in every copy of it, each with a
/// checksum of its own ([super block](https://docs.kernel.org/filesystems/ext4/super.html)). No
/// other checksum depends on the UUID, because metadata_csum_seed is set.
final class Ext4Identity {
  private static final int PRIMARY_AT = 1024;
  private static final int BYTES = 1024;
  private static final int MAGIC_AT = 0x38;
  private static final short MAGIC = (short) 0xEF53;
  private static final int INCOMPATIBLE_AT = 0x60;
  private static final int RECOVER = 0x4;
  private static final int CSUM_SEED = 0x2000;
  private static final int UUID_AT = 0x68;
  private static final int CHECKSUM_AT = 0x3FC;

  private Ext4Identity() {}

  static void renew(Path file, UUID uuid) throws SystemCallException {
    try (Fd image = KernelDisk.openFile(file, O_RDWR)) {
      renew(image, uuid);
    }
  }

  /// The first one, which names the filesystem, is written last.
  private static void renew(Fd image, UUID uuid) throws SystemCallException {
    ByteBuffer head = read(image, 0, PRIMARY_AT + BYTES);
    ByteBuffer primary = head.slice(PRIMARY_AT, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int features = primary.getInt(INCOMPATIBLE_AT);
    if ((features & CSUM_SEED) == 0) {
      throw new SystemCallException("renew", image.toString(), Errno.EINVAL);
    }
    if ((features & RECOVER) != 0) {
      throw new SystemCallException("renew", image.toString(), Errno.EUCLEAN);
    }
    for (long backup : Ext4Size.in(head).backups().toArray()) {
      write(image, backup, uuid);
    }
    write(image, PRIMARY_AT, uuid);
  }

  private static void write(Fd image, long at, UUID uuid) throws SystemCallException {
    ByteBuffer block = read(image, at, BYTES);
    if (block.getShort(MAGIC_AT) != MAGIC) {
      throw new SystemCallException("renew", image + " at " + at, Errno.EUCLEAN);
    }
    block.order(ByteOrder.BIG_ENDIAN);
    block.putLong(UUID_AT, uuid.getMostSignificantBits());
    block.putLong(UUID_AT + Long.BYTES, uuid.getLeastSignificantBits());
    CRC32C checksum = new CRC32C();
    checksum.update(block.array(), 0, CHECKSUM_AT);
    block.order(ByteOrder.LITTLE_ENDIAN).putInt(CHECKSUM_AT, ~(int) checksum.getValue());
    Syscalls.pwrite(image, block, at);
  }

  private static ByteBuffer read(Fd image, long at, int bytes) throws SystemCallException {
    ByteBuffer block = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    while (block.hasRemaining() && Syscalls.pread(image, block, at + block.position()) > 0) {}
    return block.clear();
  }
}
