package dev.nook.linux.extent;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// Asks for extents by FS_IOC_FIEMAP ([fiemap](https://docs.kernel.org/filesystems/fiemap.html)).
final class Fiemap implements KernelExtents.Search {
  /// struct fiemap: u64 start, u64 length, u32 flags, u32 mapped_extents, u32 extent_count, u32.
  private static final long FS_IOC_FIEMAP = 0xC020660BL;

  private static final int HEADER_BYTES = 32;
  private static final int MAPPED_EXTENTS_AT = 20;
  private static final int FLAG_SYNC = 1;
  private static final int AT_ONCE = 256;

  /// struct fiemap_extent: u64 logical, u64 physical, u64 length, 2 u64, u32 flags, 3 u32.
  private static final int EXTENT_BYTES = 56;

  private static final int EXTENT_FLAGS_AT = 40;
  private static final int LAST = 0x1;

  /// UNKNOWN, DELALLOC, ENCODED, DATA_ENCRYPTED, NOT_ALIGNED, DATA_INLINE, DATA_TAIL, UNWRITTEN:
  /// flags with which the physical position does not identify the bytes.
  private static final int NO_PLACE = 0x2 | 0x4 | 0x8 | 0x80 | 0x100 | 0x200 | 0x400 | 0x800;

  @Override
  public void extents(Fd file, long from, long to, List<Extent> into) throws SystemCallException {
    long at = from;
    while (at < to) {
      ByteBuffer map =
          ByteBuffer.allocate(HEADER_BYTES + AT_ONCE * EXTENT_BYTES).order(ByteOrder.nativeOrder());
      map.putLong(0, at).putLong(8, to - at).putInt(16, FLAG_SYNC).putInt(24, AT_ONCE);
      Syscalls.ioctl("FS_IOC_FIEMAP", file, FS_IOC_FIEMAP, map.array());
      int found = map.getInt(MAPPED_EXTENTS_AT);
      int flags = LAST;
      for (int i = 0; i < found; i++) {
        int extent = HEADER_BYTES + i * EXTENT_BYTES;
        flags = map.getInt(extent + EXTENT_FLAGS_AT);
        into.add(
            new Extent(
                map.getLong(extent),
                map.getLong(extent + 16),
                (flags & NO_PLACE) == 0 ? map.getLong(extent + 8) : Extent.UNKNOWN));
      }
      if ((flags & LAST) != 0 || found < AT_ONCE) {
        return;
      }
      at = into.getLast().end();
    }
  }
}
