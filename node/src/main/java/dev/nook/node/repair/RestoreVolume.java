package dev.nook.node.repair;

import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import java.util.Optional;
import nook.v1.Nook.RestoreVolumeRequest;

/// A RestoreVolume call, which brings back what a volume was.
///
/// @param kept the kept snapshot to bring back; empty for the latest
record RestoreVolume(VolumeId id, Optional<SnapshotId> kept) {
  static RestoreVolume from(RestoreVolumeRequest r) throws StorageException {
    String snapshot = r.getSnapshotId();
    return new RestoreVolume(
        Fields.volumeId(r.getVolumeId()),
        snapshot.isEmpty() ? Optional.empty() : Optional.of(Fields.snapshotId(snapshot)));
  }
}
