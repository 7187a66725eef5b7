package dev.nook.node.repair;

import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import nook.v1.Nook.CheckVolumeRequest;

/// A CheckVolume call, which tries a repair on a copy to see what it would do.
record CheckVolume(VolumeId id) {
  static CheckVolume from(CheckVolumeRequest r) throws StorageException {
    return new CheckVolume(Fields.volumeId(r.getVolumeId()));
  }
}
