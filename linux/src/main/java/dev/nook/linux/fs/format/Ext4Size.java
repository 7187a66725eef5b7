package dev.nook.linux.fs.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.LongStream;

/// How large an ext4 is and can become, read from its
/// [superblock](https://docs.kernel.org/filesystems/ext4/super.html).
///
/// A last block group that is too small for its own tables and 50 blocks is left out, as resize2fs
/// does: a filesystem that lacks only that fills its device.
record Ext4Size(
    long blocks, long blockBytes, long blocksPerGroup, long tableBlocks, long backupBlocks) {
  private static final int AT = 0x400;
  private static final int INCOMPAT_64BIT = 0x80;
  private static final int USEFUL_BLOCKS = 50;
  private static final int BITMAPS = 2;

  /// 64 KiB, as a power of two above 1024. No mount accepts a larger one, nor a group without
  /// blocks: such a superblock is damaged, and mount(2) refuses it.
  private static final int LARGEST_BLOCK_LOG = 6;

  /// @param head of a device that holds an ext4
  static Ext4Size in(ByteBuffer head) {
    ByteBuffer block = head.slice(AT, AT).order(ByteOrder.LITTLE_ENDIAN);
    long blockBytes = 1024L << Math.clamp(block.getInt(0x18), 0, LARGEST_BLOCK_LOG);
    boolean wide = (block.getInt(0x60) & INCOMPAT_64BIT) != 0;
    long blocks = Integer.toUnsignedLong(block.getInt(0x4));
    if (wide) {
      blocks |= Integer.toUnsignedLong(block.getInt(0x150)) << 32;
    }
    long perGroup = Math.max(1, Integer.toUnsignedLong(block.getInt(0x20)));
    long inodeBytes = (long) block.getInt(0x28) * Short.toUnsignedLong(block.getShort(0x58));
    long descriptorBytes = wide ? Short.toUnsignedLong(block.getShort(0xFE)) : 32;
    long descriptors = up(up(blocks, perGroup) * descriptorBytes, blockBytes);
    long reserved = Short.toUnsignedLong(block.getShort(0xCE));
    return new Ext4Size(
        blocks,
        blockBytes,
        perGroup,
        BITMAPS + up(inodeBytes, blockBytes),
        1 + descriptors + reserved);
  }

  long bytes() {
    return blocks * blockBytes;
  }

  boolean canGrowOn(long deviceBytes) {
    return blocksOn(deviceBytes) > blocks;
  }

  /// Returns the number of blocks that fill a device of this size.
  long blocksOn(long deviceBytes) {
    long all = deviceBytes / blockBytes;
    long last = all % blocksPerGroup;
    long group = all / blocksPerGroup;
    long needed = tableBlocks + USEFUL_BLOCKS + (hasBackup(group) ? backupBlocks : 0);
    return last < needed && group > 0 ? all - last : all;
  }

  /// Returns the offsets of the superblock's copies, each at the head of its group, in order.
  LongStream backups() {
    return LongStream.range(1, up(blocks, blocksPerGroup))
        .filter(Ext4Size::hasBackup)
        .map(group -> group * blocksPerGroup * blockBytes);
  }

  /// Under sparse_super: groups 0, 1 and the powers of 3, 5 and 7.
  private static boolean hasBackup(long group) {
    return group <= 1 || isPower(group, 3) || isPower(group, 5) || isPower(group, 7);
  }

  private static boolean isPower(long number, int base) {
    long left = number;
    while (left % base == 0) {
      left /= base;
    }
    return left == 1;
  }

  private static long up(long count, long unit) {
    return (count + unit - 1) / unit;
  }
}
