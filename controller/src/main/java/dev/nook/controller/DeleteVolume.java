package dev.nook.controller;

import csi.v1.Csi.DeleteVolumeRequest;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;

/// A checked DeleteVolume call.
record DeleteVolume(VolumeId id) {
  static DeleteVolume from(DeleteVolumeRequest request) throws StorageException {
    return new DeleteVolume(Fields.volumeId(request.getVolumeId()));
  }
}
