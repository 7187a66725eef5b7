package dev.nook.linux.fs.format;

import dev.nook.linux.fs.FileSystemType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;

/// What the superblock at the head of an image says: the filesystem's type, UUID and size.
///
/// The order of the checks is XFS, ext4, btrfs: XFS and ext4 let no user write where an earlier
/// check looks, while a file on ext4 can plant the btrfs magic at 64 KiB.
record Superblock(FileSystemType type, UUID uuid, long bytes) {
  /// The bytes from the start of a device in which the superblocks of XFS and ext4 lie, which no
  /// other one comes before.
  static final int FIRST_BYTES = 0x1000;

  /// The bytes from the start of a device in which every known superblock lies.
  static final int HEAD_BYTES = 0x11000;

  private static final int XFS_MAGIC = 0x58465342;
  private static final int EXT4_AT = 0x400;
  private static final int EXT4_BYTES = 0x400;
  private static final int EXT4_MAGIC = 0xEF53;
  private static final int EXT4_LARGEST_LOG_BLOCK = 6;
  private static final int BTRFS_AT = 0x10000;
  private static final int BTRFS_BYTES = 0x1000;
  private static final long BTRFS_MAGIC = 0x4D5F53665248425FL;

  /// Reads the head of a device: at most [#HEAD_BYTES], fewer when the device is shorter.
  static Optional<Superblock> in(ByteBuffer head) {
    return xfs(head).or(() -> ext4(head)).or(() -> btrfs(head));
  }

  /// [xfs_dsb](https://docs.kernel.org/filesystems/xfs/), all big-endian.
  private static Optional<Superblock> xfs(ByteBuffer head) {
    if (head.limit() < 0x200) {
      return Optional.empty();
    }
    ByteBuffer block = head.duplicate().order(ByteOrder.BIG_ENDIAN);
    if (block.getInt(0) != XFS_MAGIC) {
      return Optional.empty();
    }
    long bytes = Integer.toUnsignedLong(block.getInt(4)) * block.getLong(8);
    return Optional.of(new Superblock(FileSystemType.XFS, uuid(block, 32), bytes));
  }

  /// [ext4_super_block](https://docs.kernel.org/filesystems/ext4/super.html), little-endian.
  private static Optional<Superblock> ext4(ByteBuffer head) {
    if (head.limit() < EXT4_AT + EXT4_BYTES) {
      return Optional.empty();
    }
    ByteBuffer block = head.slice(EXT4_AT, EXT4_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    int logBlock = block.getInt(0x18);
    if (Short.toUnsignedInt(block.getShort(0x38)) != EXT4_MAGIC
        || logBlock < 0
        || logBlock > EXT4_LARGEST_LOG_BLOCK) {
      return Optional.empty();
    }
    long bytes = Ext4Size.in(head).bytes();
    return Optional.of(new Superblock(FileSystemType.EXT4, uuid(block, 0x68), bytes));
  }

  ///
  /// [btrfs_super_block](https://btrfs.readthedocs.io/en/latest/dev/On-disk-format.html#superblock),
  /// little-endian.
  private static Optional<Superblock> btrfs(ByteBuffer head) {
    if (head.limit() < BTRFS_AT + BTRFS_BYTES) {
      return Optional.empty();
    }
    ByteBuffer block = head.slice(BTRFS_AT, BTRFS_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (block.getLong(0x40) != BTRFS_MAGIC) {
      return Optional.empty();
    }
    return Optional.of(
        new Superblock(FileSystemType.BTRFS, uuid(block, 0x20), block.getLong(0x70)));
  }

  private static UUID uuid(ByteBuffer block, int at) {
    ByteBuffer bytes = block.duplicate().order(ByteOrder.BIG_ENDIAN);
    return new UUID(bytes.getLong(at), bytes.getLong(at + 8));
  }
}
