package dev.nook.testing.extent;

import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/// Adjacent blocks that were allocated at once: an extent, as btrfs counts them.
final class Run {
  final long bytes;

  /// Where it begins on the filesystem, which a balance changes.
  long place;

  /// The number of its pieces that each file has.
  private final Map<FileBlocks, Integer> users = new IdentityHashMap<>();

  Run(long place, long bytes) {
    this.place = place;
    this.bytes = bytes;
  }

  Set<FileBlocks> users() {
    return Set.copyOf(users.keySet());
  }

  boolean isShared() {
    return users.size() > 1;
  }

  void gain(FileBlocks user) {
    users.merge(user, 1, Integer::sum);
  }

  /// Takes one piece from a file; returns whether nobody has a part of it any more.
  boolean lose(FileBlocks user) {
    users.computeIfPresent(user, (_, pieces) -> pieces == 1 ? null : pieces - 1);
    return users.isEmpty();
  }
}
