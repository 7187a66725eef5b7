package dev.nook.store.pool;

import dev.nook.store.home.Homes;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;

/// Deletes the snapshots of one pool. What one holds of a volume with a quota is charged to that
/// volume until it is gone.
public record DeleteSnapshot(Homes<SnapshotId, Snapshot> homes) {
  public void delete(SnapshotId id) throws IOException {
    homes.delete(id, Snapshot::shares, () -> {});
  }
}
