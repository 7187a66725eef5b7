package dev.nook.controller;

import csi.v1.Csi.DeleteSnapshotRequest;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;

/// A checked DeleteSnapshot call.
record DeleteSnapshot(SnapshotId id) {
  static DeleteSnapshot from(DeleteSnapshotRequest request) throws StorageException {
    return new DeleteSnapshot(Fields.snapshotId(request.getSnapshotId()));
  }
}
