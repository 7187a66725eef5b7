package dev.nook.store.id;

import java.util.Optional;

/// The id of a volume or a snapshot. The two have different grammars, so no id is both.
public sealed interface StoredId extends Subject permits VolumeId, SnapshotId {
  String text();

  /// Returns the tag of the pool that gave this id out; empty when it does not have our grammar.
  Optional<PoolTag> tag();
}
