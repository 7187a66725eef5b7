package dev.nook.store.volume;

import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import java.util.Set;

/// What a new volume starts from.
public sealed interface VolumeSource {
  record Empty() implements VolumeSource {}

  record OfSnapshot(SnapshotId id) implements VolumeSource {}

  record OfVolume(VolumeId id) implements VolumeSource {}

  /// Returns the ids that must not be changed or deleted while the new volume is made.
  default Set<StoredId> pins() {
    return switch (this) {
      case Empty _ -> Set.of();
      case OfSnapshot(var id) -> Set.of(id);
      case OfVolume(var id) -> Set.of(id);
    };
  }
}
