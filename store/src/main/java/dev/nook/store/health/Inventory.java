package dev.nook.store.health;

import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.util.List;
import java.util.Optional;

/// The contents of a pool, read from its disk without a lock and without changing anything.
///
/// @param unreadable why the pool, or the rest of it, could not be read
public record Inventory(
    PoolName pool, Optional<String> unreadable, List<Row> rows, List<SnapshotRow> snapshots) {
  /// @param volume empty when its record cannot be trusted
  /// @param heldBytes the bytes that it has allocated; empty where they are not counted
  /// @param extents the extents of its image; empty where it has none
  /// @param quarantined why its record cannot be trusted
  public record Row(
      VolumeId id,
      Optional<Volume> volume,
      Optional<Long> heldBytes,
      Optional<Long> extents,
      Optional<String> quarantined) {}

  /// @param snapshot empty when its record cannot be trusted
  /// @param quarantined why its record cannot be trusted
  public record SnapshotRow(
      SnapshotId id, Optional<Snapshot> snapshot, Optional<String> quarantined) {}
}
