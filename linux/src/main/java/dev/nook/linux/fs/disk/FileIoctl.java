package dev.nook.linux.fs.disk;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The requests about a file's extents, which several filesystems know.
final class FileIoctl {
  /// struct fiemap: u64 start, u64 length, u32 flags, u32 mapped_extents, u32 extent_count
  /// ([fiemap](https://docs.kernel.org/filesystems/fiemap.html)).
  private static final long FS_IOC_FIEMAP = 0xC020660BL;

  private static final int FIEMAP_BYTES = 32;
  private static final int MAPPED_EXTENTS_AT = 20;
  private static final long WHOLE_FILE = -1;
  private static final int FIEMAP_FLAG_SYNC = 1;

  /// struct fiemap_extent: u64 logical, u64 physical, u64 length, 2 u64, u32 flags, 3 u32.
  private static final int FIEMAP_EXTENT_BYTES = 56;

  private static final int EXTENT_LENGTH_AT = 16;
  private static final int EXTENT_FLAGS_AT = 40;
  private static final int FIEMAP_EXTENT_SHARED = 0x2000;
  private static final int AT_ONCE = 128;

  /// struct fsxattr: u32 xflags, u32 extsize, u32 nextents, u32 projid, u32 cowextsize
  /// ([ioctl_xfs_fsgetxattr(2)](
  /// https://man7.org/linux/man-pages/man2/ioctl_xfs_fsgetxattr.2.html)).
  private static final long FS_IOC_FSGETXATTR = 0x801C581FL;

  private static final long FS_IOC_FSSETXATTR = 0x401C5820L;
  private static final int FSXATTR_BYTES = 28;
  private static final int EXTENT_SIZE_AT = 4;
  private static final int FS_XFLAG_EXTSIZE = 0x800;

  private FileIoctl() {}

  /// Returns the number of extents. The kernel only counts when the request has room for none, and
  /// flushes nothing.
  static long extents(Fd file) throws SystemCallException {
    ByteBuffer map = struct(FIEMAP_BYTES).putLong(8, WHOLE_FILE);
    Syscalls.ioctl("FS_IOC_FIEMAP", file, FS_IOC_FIEMAP, map.array());
    return Integer.toUnsignedLong(map.getInt(MAPPED_EXTENTS_AT));
  }

  /// Whether another file has a part of one of this file's extents. Considers what was written
  /// before; deleted files do not count.
  static boolean shares(Fd file) throws SystemCallException {
    long from = 0;
    while (true) {
      ByteBuffer map = struct(FIEMAP_BYTES + AT_ONCE * FIEMAP_EXTENT_BYTES);
      map.putLong(0, from).putLong(8, WHOLE_FILE).putInt(16, FIEMAP_FLAG_SYNC).putInt(24, AT_ONCE);
      Syscalls.ioctl("FS_IOC_FIEMAP", file, FS_IOC_FIEMAP, map.array());
      int found = map.getInt(MAPPED_EXTENTS_AT);
      for (int i = 0; i < found; i++) {
        int at = FIEMAP_BYTES + i * FIEMAP_EXTENT_BYTES;
        if ((map.getInt(at + EXTENT_FLAGS_AT) & FIEMAP_EXTENT_SHARED) != 0) {
          return true;
        }
        from = map.getLong(at) + map.getLong(at + EXTENT_LENGTH_AT);
      }
      if (found < AT_ONCE) {
        return false;
      }
    }
  }

  /// Sets the hint; EINVAL when the file has extents, or when this is not a multiple of its block
  /// size.
  static void hintExtentSize(Fd file, int bytes) throws SystemCallException {
    ByteBuffer attributes = struct(FSXATTR_BYTES);
    Syscalls.ioctl("FS_IOC_FSGETXATTR", file, FS_IOC_FSGETXATTR, attributes.array());
    attributes.putInt(0, attributes.getInt(0) | FS_XFLAG_EXTSIZE);
    attributes.putInt(EXTENT_SIZE_AT, bytes);
    Syscalls.ioctl("FS_IOC_FSSETXATTR", file, FS_IOC_FSSETXATTR, attributes.array());
  }

  /// Returns the hint in bytes; 0 where there is none.
  static int extentSizeHint(Fd file) throws SystemCallException {
    ByteBuffer attributes = struct(FSXATTR_BYTES);
    Syscalls.ioctl("FS_IOC_FSGETXATTR", file, FS_IOC_FSGETXATTR, attributes.array());
    return (attributes.getInt(0) & FS_XFLAG_EXTSIZE) == 0 ? 0 : attributes.getInt(EXTENT_SIZE_AT);
  }

  private static ByteBuffer struct(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }
}
