package dev.nook.linux.fs.format;

import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static dev.nook.linux.syscall.OpenFlag.O_WRONLY;

import dev.nook.linux.fs.disk.KernelDisk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/// Changes the UUID of an ext4 in a file, and in an empty one also the seed with which names are
/// hashed: in its superblock and in every copy, each with its own checksum ([super
/// block](https://docs.kernel.org/filesystems/ext4/super.html)). No other checksum depends on the
/// UUID, because metadata_csum_seed is set.
final class Ext4Identity {
  /// The bytes of a page. A superblock lies in one page, and a page that is written whole need not
  /// be read before.
  private static final int PAGE = 4096;

  private static final int PRIMARY_AT = 1024;
  private static final int BYTES = 1024;
  private static final int MAGIC_AT = 0x38;
  private static final short MAGIC = (short) 0xEF53;
  private static final int INCOMPATIBLE_AT = 0x60;
  private static final int RECOVER = 0x4;
  private static final int CSUM_SEED = 0x2000;
  private static final int UUID_AT = 0x68;
  private static final int HASH_SEED_AT = 0xEC;
  private static final int CHECKSUM_AT = 0x3FC;

  private final Fd source;
  private final Fd image;
  private final UUID uuid;
  private final Optional<UUID> hashSeed;

  /// @param source is read: the image, or what it is a copy of
  /// @param hashSeed empty keeps the seed, by which directories are sorted
  private Ext4Identity(Fd source, Fd image, UUID uuid, Optional<UUID> hashSeed) {
    this.source = source;
    this.image = image;
    this.uuid = uuid;
    this.hashSeed = hashSeed;
  }

  static void changeUuid(Path file, UUID uuid) throws SystemCallException {
    try (Fd image = KernelDisk.openFile(file, O_RDWR)) {
      new Ext4Identity(image, image, uuid, Optional.empty()).renew();
    }
  }

  /// Changes both in a copy of a filesystem that has no sorted directory yet; EUCLEAN when a
  /// superblock of the template is not as it was written.
  static void changeUuidAndHashSeed(Path file, Path template, UUID uuid)
      throws SystemCallException {
    try (Fd source = KernelDisk.openFile(template, O_RDONLY);
        Fd image = KernelDisk.openFile(file, O_WRONLY)) {
      new Ext4Identity(source, image, uuid, Optional.of(UUID.randomUUID())).renew();
    }
  }

  /// The first one, which names the filesystem, is written last.
  private void renew() throws SystemCallException {
    ByteBuffer head = read(0);
    ByteBuffer primary = head.slice(PRIMARY_AT, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int features = primary.getInt(INCOMPATIBLE_AT);
    if ((features & CSUM_SEED) == 0) {
      throw new SystemCallException("change the UUID of", image.toString(), Errno.EINVAL);
    }
    if ((features & RECOVER) != 0) {
      throw new SystemCallException("change the UUID of", image.toString(), Errno.EUCLEAN);
    }
    for (long backup : Ext4Size.in(head).backups().toArray()) {
      write(backup);
    }
    write(PRIMARY_AT);
  }

  private void write(long at) throws SystemCallException {
    int within = (int) (at % PAGE);
    ByteBuffer page = read(at - within);
    ByteBuffer block = page.slice(within, BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (block.getShort(MAGIC_AT) != MAGIC || (hashSeed.isPresent() && isDamaged(block))) {
      throw new SystemCallException("change the UUID of", image + " at " + at, Errno.EUCLEAN);
    }
    put(block, UUID_AT, uuid);
    hashSeed.ifPresent(seed -> put(block, HASH_SEED_AT, seed));
    block.putInt(CHECKSUM_AT, checksum(block));
    Syscalls.pwrite(image, page, at - within);
  }

  /// Whether a superblock's checksum is wrong. In a filesystem that was never mounted every copy's
  /// is right; kernels have left wrong ones behind after growth.
  private static boolean isDamaged(ByteBuffer block) {
    return block.getInt(CHECKSUM_AT) != checksum(block);
  }

  private static void put(ByteBuffer block, int at, UUID value) {
    block.order(ByteOrder.BIG_ENDIAN);
    block.putLong(at, value.getMostSignificantBits());
    block.putLong(at + Long.BYTES, value.getLeastSignificantBits());
    block.order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int checksum(ByteBuffer block) {
    CRC32C checksum = new CRC32C();
    checksum.update(block.slice(0, CHECKSUM_AT));
    return ~(int) checksum.getValue();
  }

  private ByteBuffer read(long at) throws SystemCallException {
    ByteBuffer page = ByteBuffer.allocate(PAGE);
    while (page.hasRemaining() && Syscalls.pread(source, page, at + page.position()) > 0) {}
    return page.clear();
  }
}
