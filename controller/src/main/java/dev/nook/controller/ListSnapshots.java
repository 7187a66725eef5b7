package dev.nook.controller;

import csi.v1.Csi.ListSnapshotsRequest;
import dev.nook.rpc.Fields;
import dev.nook.store.Snapshots;
import dev.nook.store.error.StorageException;
import java.util.Optional;

/// A checked ListSnapshots call.
record ListSnapshots(Snapshots.Filter filter, int max, Optional<String> token) {
  static ListSnapshots from(ListSnapshotsRequest request) throws StorageException {
    return new ListSnapshots(
        Fields.snapshotFilter(request.getSnapshotId(), request.getSourceVolumeId()),
        Fields.maxEntries(request.getMaxEntries()),
        Fields.token(request.getStartingToken()));
  }
}
