package dev.nook.linux.syscall;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// What [statfs(2)](https://man7.org/linux/man-pages/man2/statfs.2.html) says of a mounted
/// filesystem; statvfs(3) computes its answer from the same numbers.
///
/// @param magic f_type, such as 0xEF53 for ext4
/// @param blockBytes the unit of the three block counts
/// @param availableBlocks free for an unprivileged writer
/// @param inodes 0 where the filesystem does not count them
/// @param readOnly whether the filesystem or this mount of it is read-only
public record FileSystemStatus(
    long magic,
    long blockBytes,
    long blocks,
    long freeBlocks,
    long availableBlocks,
    long inodes,
    long freeInodes,
    boolean readOnly) {
  static final int BYTES = 120;
  private static final long ST_RDONLY = 1;

  static FileSystemStatus of(byte[] statfs) {
    ByteBuffer at = ByteBuffer.wrap(statfs).order(ByteOrder.nativeOrder());
    long fragment = at.getLong(72);
    return new FileSystemStatus(
        at.getLong(0),
        fragment == 0 ? at.getLong(8) : fragment,
        at.getLong(16),
        at.getLong(24),
        at.getLong(32),
        at.getLong(40),
        at.getLong(48),
        (at.getLong(80) & ST_RDONLY) != 0);
  }

  public long totalBytes() {
    return blocks * blockBytes;
  }

  public long freeBytes() {
    return freeBlocks * blockBytes;
  }

  public long availableBytes() {
    return availableBlocks * blockBytes;
  }
}
