package dev.nook.store.id;

import java.util.Optional;

/// The id of what a pool keeps in a directory of its own. The two kinds have different grammars, so
/// that no volume's id is a snapshot's.
public sealed interface StoredId extends Subject permits VolumeId, SnapshotId {
  String text();

  /// The pool that gave this id out; empty when it does not have our grammar.
  Optional<PoolTag> tag();
}
