package dev.nook.store.space;

import dev.nook.store.id.StoredId;

/// What a charge is for.
sealed interface Key {
  /// A volume or snapshot that exists or is being made.
  record Stored(StoredId id) implements Key {}

  /// A copy that is used in `staging/` for a while and never stands.
  record Staged(Entry entry) implements Key {}
}
