package dev.nook.store.volume;

import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/// A snapshot as it is recorded beside its data.
///
/// @param sizeBytes the source's size at the cut, which a volume made from it needs at least
/// @param chargedBytes what it is charged: the bytes that its source held at the cut
public record Snapshot(
    SnapshotId id,
    Name name,
    PoolName pool,
    VolumeId source,
    long sizeBytes,
    long chargedBytes,
    Content content,
    Instant cut) {
  /// Returns what it keeps that counts towards volumes: its source's own bytes, and those that its
  /// source shared already.
  public List<Share> shares() {
    if (!(content instanceof Content.Tree tree) || !tree.enforced()) {
      return List.of();
    }
    Share own = new Share(source, Bytes.minus(chargedBytes, tree.sharedBytes()));
    return Stream.concat(Stream.of(own), tree.shares().stream()).toList();
  }
}
