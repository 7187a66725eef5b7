package dev.nook.linux.fs;

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

  /// struct fsxattr: u32 xflags, u32 extsize, u32 nextents, u32 projid, u32 cowextsize
  /// ([ioctl_xfs_fsgetxattr(2)](
  /// https://man7.org/linux/man-pages/man2/ioctl_xfs_fsgetxattr.2.html)).
  private static final long FS_IOC_FSGETXATTR = 0x801C581FL;

  private static final long FS_IOC_FSSETXATTR = 0x401C5820L;
  private static final int FSXATTR_BYTES = 28;
  private static final int EXTENT_SIZE_AT = 4;
  private static final int FS_XFLAG_EXTSIZE = 0x800;

  private FileIoctl() {}

  /// With room for no extent the kernel only counts them, and flushes nothing for it.
  static long extents(Fd file) throws SystemCallException {
    ByteBuffer map = struct(FIEMAP_BYTES).putLong(8, WHOLE_FILE);
    Syscalls.ioctl("FS_IOC_FIEMAP", file, FS_IOC_FIEMAP, map.array());
    return Integer.toUnsignedLong(map.getInt(MAPPED_EXTENTS_AT));
  }

  /// EINVAL when the file has extents already, or when this is no multiple of its block size.
  static void hintExtentSize(Fd file, int bytes) throws SystemCallException {
    ByteBuffer attributes = struct(FSXATTR_BYTES);
    Syscalls.ioctl("FS_IOC_FSGETXATTR", file, FS_IOC_FSGETXATTR, attributes.array());
    attributes.putInt(0, attributes.getInt(0) | FS_XFLAG_EXTSIZE);
    attributes.putInt(EXTENT_SIZE_AT, bytes);
    Syscalls.ioctl("FS_IOC_FSSETXATTR", file, FS_IOC_FSSETXATTR, attributes.array());
  }

  /// 0 where there is none.
  static int extentSizeHint(Fd file) throws SystemCallException {
    ByteBuffer attributes = struct(FSXATTR_BYTES);
    Syscalls.ioctl("FS_IOC_FSGETXATTR", file, FS_IOC_FSGETXATTR, attributes.array());
    return (attributes.getInt(0) & FS_XFLAG_EXTSIZE) == 0 ? 0 : attributes.getInt(EXTENT_SIZE_AT);
  }

  private static ByteBuffer struct(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
  }
}
