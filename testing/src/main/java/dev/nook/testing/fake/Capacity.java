package dev.nook.testing.fake;

import dev.nook.linux.fs.FileSystemType;

/// Computes how much of a device a filesystem leaves for files.
final class Capacity {
  private Capacity() {}

  /// Returns the bytes for files; a part of every device is metadata, as statvfs shows on a real
  /// host.
  static long usable(long bytes) {
    return (bytes - bytes / 32) / 4096 * 4096;
  }

  /// The smallest device that mkfs takes.
  static long leastFor(FileSystemType type) {
    return type == FileSystemType.EXT4 ? 1L << 20 : type.minimumBytes();
  }
}
