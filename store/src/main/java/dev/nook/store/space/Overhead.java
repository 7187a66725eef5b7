package dev.nook.store.space;

import dev.nook.linux.fs.Disk;

/// What a filesystem takes for itself of the bytes that it says it has, which no volume can have.
public final class Overhead {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  private Overhead() {}

  /// Returns what an empty one takes and what its own trees grow by, or what is taken now where
  /// that is less.
  public static long of(Disk.Space space) {
    long total = space.totalBytes();
    if (space.type().isEmpty()) {
      return 0;
    }
    long most =
        switch (space.type().get()) {
          case EXT4 -> total / 100 + 32 * MIB;
          case XFS -> total / 100 + 64 * MIB;
          // Two copies of its first metadata chunk, whose size depends on that of the filesystem.
          case BTRFS -> 2 * Math.min(total / 16, total > 50 * GIB ? GIB : GIB / 4) + 24 * MIB;
        };
    return Math.clamp(total - space.availableBytes(), 0, most);
  }
}
