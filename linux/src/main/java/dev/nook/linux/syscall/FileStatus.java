package dev.nook.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What [statx(2)](https://man7.org/linux/man-pages/man2/statx.2.html) says of a file. Its layout
/// is the same on every architecture, which struct stat's is not.
///
/// @param mode file type and permissions, as st_mode
/// @param device st_dev
/// @param rdev the device that a device node names, else 0
/// @param allocatedBytes what the file's blocks take
/// @param mount the id of the mount that it was reached through, as mountinfo has it; always 0
///   before Linux 5.8
/// @param mountRoot whether it is the root of a mount; always false before Linux 5.8
public record FileStatus(
    int mode,
    int links,
    int user,
    int group,
    long device,
    long inode,
    long rdev,
    long sizeBytes,
    long allocatedBytes,
    long mount,
    boolean mountRoot) {
  static final int BYTES = 256;
  static final int STATX_BASIC_STATS = 0x7FF;
  static final int STATX_MNT_ID = 0x1000;
  static final long STATX_ATTR_MOUNT_ROOT = 0x2000;
  private static final int S_IFMT = 0170000;

  static FileStatus of(byte[] statx) {
    ByteBuffer at = ByteBuffer.wrap(statx).order(ByteOrder.nativeOrder());
    int mode = Short.toUnsignedInt(at.getShort(28));
    int type = mode & S_IFMT;
    boolean node = type == 0060000 || type == 0020000;
    return new FileStatus(
        mode,
        at.getInt(16),
        at.getInt(20),
        at.getInt(24),
        DeviceNumber.of(at.getInt(136), at.getInt(140)),
        at.getLong(32),
        node ? DeviceNumber.of(at.getInt(128), at.getInt(132)) : 0,
        at.getLong(40),
        at.getLong(48) * 512,
        (at.getInt(0) & STATX_MNT_ID) == 0 ? 0 : at.getLong(144),
        (at.getLong(8) & STATX_ATTR_MOUNT_ROOT) != 0);
  }

  public boolean isFile() {
    return (mode & S_IFMT) == 0100000;
  }

  public boolean isDirectory() {
    return (mode & S_IFMT) == 0040000;
  }

  public boolean isSymlink() {
    return (mode & S_IFMT) == 0120000;
  }

  public boolean isBlockDevice() {
    return (mode & S_IFMT) == 0060000;
  }
}
