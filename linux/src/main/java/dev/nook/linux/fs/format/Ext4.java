package dev.nook.linux.fs.format;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/// What is special about ext4: [mke2fs(8)](https://man7.org/linux/man-pages/man8/mke2fs.8.html),
/// and two ways to grow.
final class Ext4 {
  /// Every feature by name, so that a host's mke2fs.conf changes nothing and a newer mke2fs makes
  /// nothing that an older kernel cannot mount. metadata_csum_seed lets a copy get a new UUID
  /// without rewriting every checksum.
  private static final String FEATURES =
      String.join(
          ",",
          "none",
          "64bit",
          "dir_index",
          "dir_nlink",
          "ext_attr",
          "extent",
          "extra_isize",
          "filetype",
          "flex_bg",
          "has_journal",
          "huge_file",
          "large_file",
          "metadata_csum",
          "metadata_csum_seed",
          "resize_inode",
          "sparse_super");

  /// The argument is the new number of blocks.
  private static final long EXT4_IOC_RESIZE_FS = 0x40086610L;

  private static final int SUPERBLOCK_AT = 0x400;
  private static final int INCOMPATIBLE_AT = 0x60;
  private static final int RECOVER = 0x4;

  /// Killing resize2fs halfway costs more than waiting for it.
  private static final Duration PATIENCE = Duration.ofHours(12);

  private Ext4() {}

  /// Formats a file that reads as zeroes. mke2fs then has nothing to clear and notes it in every
  /// block group; otherwise the kernel clears the inode tables after the first mount, which
  /// allocates 1.6 % of a sparse image. mke2fs before 1.47 refuses that option, so after any
  /// failure it runs once more without the option, and that result counts.
  static void format(Path zeroes, UUID uuid, Allocation allocation) throws IOException {
    try {
      Processes.run(mkfs(zeroes, uuid, "assume_storage_prezeroed=1"));
    } catch (Processes.Failed _) {
      Processes.run(mkfs(zeroes, uuid, clearing(allocation)));
    }
  }

  /// Returns the options by which mke2fs itself clears a fully allocated image, and leaves a sparse
  /// one to the kernel.
  static String clearing(Allocation allocation) {
    int lazy = allocation == Allocation.FULL ? 0 : 1;
    return "lazy_itable_init=%1$d,lazy_journal_init=%1$d".formatted(lazy);
  }

  static Command mkfs(Path image, UUID uuid, String option) {
    return Command.of("mkfs.ext4", "-F", "-q", "-b", String.valueOf(FileSystemType.BLOCK_BYTES))
        .with("-I", "256", "-i", "16384", "-m", "0")
        .with("-O", FEATURES, "-E", "nodiscard," + option, "-U", uuid.toString(), image.toString());
  }

  /// Grows it online; EPERM without CAP_SYS_RESOURCE. The superblock is read through the device's
  /// page cache, which is where the mounted filesystem keeps it.
  static void expand(Fd mountPoint) throws IOException {
    BlockDevice device = BlockDevice.of(Syscalls.fstat(mountPoint).device());
    Ext4Size size = Ext4Size.in(Image.read(device.node()).head());
    if (size.canGrowOn(device.bytes())) {
      ByteBuffer blocks = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
      blocks.putLong(size.blocksOn(device.bytes()));
      Syscalls.ioctl("EXT4_IOC_RESIZE_FS", mountPoint, EXT4_IOC_RESIZE_FS, blocks.array());
    }
  }

  /// Grows it offline. It is checked first, as resize2fs demands, and nothing is mended, since even
  /// repairs that e2fsck calls safe have lost files. `-f` tells resize2fs that the check was made,
  /// because a read-only check leaves no trace. EUCLEAN while the journal must be replayed, and
  /// when the filesystem is not clean.
  static void expandUnmounted(Path device) throws IOException {
    Image image = Image.read(device);
    if (Ext4Size.in(image.head()).canGrowOn(image.bytes())) {
      String name = device.toString();
      requireReplayed(device, image);
      try {
        Processes.run(Command.of("e2fsck", "-f", "-n", name).within(PATIENCE));
      } catch (Processes.Failed e) {
        var refusal = new SystemCallException("e2fsck", name, Errno.EUCLEAN);
        refusal.initCause(e);
        throw refusal;
      }
      Processes.run(Command.of("resize2fs", "-f", name).within(PATIENCE));
    }
  }

  private static void requireReplayed(Path device, Image image) throws SystemCallException {
    ByteBuffer head = image.head().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if ((head.getInt(SUPERBLOCK_AT + INCOMPATIBLE_AT) & RECOVER) != 0) {
      throw new SystemCallException("resize2fs", device.toString(), Errno.EUCLEAN);
    }
  }
}
