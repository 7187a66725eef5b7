package dev.nook.node.repair;

import dev.nook.rpc.Fields;
import dev.nook.store.StorageException;
import dev.nook.store.VolumeId;
import nook.v1.Nook.CheckVolumeRequest;

/// A repair that is tried on a copy, to see what it would do.
record CheckVolume(VolumeId id) {
  static CheckVolume from(CheckVolumeRequest r) throws StorageException {
    return new CheckVolume(Fields.volumeId(r.getVolumeId()));
  }
}
