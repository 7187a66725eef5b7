package dev.nook.linux.fs;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/// Adds up what one file on btrfs holds. btrfs frees an extent when no file has a part of it any
/// more, and until then all of it is taken.
final class WholeExtents {
  /// struct btrfs_file_extent_item ([on-disk
  /// format](https://btrfs.readthedocs.io/en/latest/dev/On-disk-format.html)): u64 generation, u64
  /// ram_bytes, u8 compression, u8 encryption, u16 other_encoding, u8 type, u64 disk_bytenr, u64
  /// disk_num_bytes, u64 offset, u64 num_bytes.
  private static final int TYPE_AT = 20;

  private static final int DISK_BYTENR_AT = 21;
  private static final int DISK_NUM_BYTES_AT = 29;
  private static final int NUM_BYTES_AT = 45;
  private static final int INLINE = 0;

  private final Set<Long> met = new HashSet<>();
  private long bytes;
  private long shownBytes;
  private long next;

  private WholeExtents() {}

  /// A file may be written meanwhile: what it alone has keeps its place, and is counted exactly.
  static Disk.Holding of(Fd file) throws SystemCallException {
    long inode = Syscalls.fstat(file).inode();
    var extents = new WholeExtents();
    while (BtrfsIoctl.fileExtents(file, inode, extents.next, extents::add)) {}
    return new Disk.Holding(extents.bytes, extents.shownBytes);
  }

  private void add(long offset, ByteBuffer item) {
    item.order(ByteOrder.LITTLE_ENDIAN);
    if (item.get(TYPE_AT) == INLINE) {
      next = offset + 1;
      return;
    }
    long end = offset + item.getLong(NUM_BYTES_AT);
    long at = item.getLong(DISK_BYTENR_AT);
    if (at != 0) { // A hole has no place on the disk.
      bytes += met.add(at) ? item.getLong(DISK_NUM_BYTES_AT) : 0;
      shownBytes += end - Math.max(offset, next);
    }
    next = end;
  }
}
