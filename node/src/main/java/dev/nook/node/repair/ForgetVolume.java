package dev.nook.node.repair;

import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import nook.v1.Nook.ForgetVolumeRequest;

/// A ForgetVolume call, which deletes what was kept of a volume.
record ForgetVolume(VolumeId id) {
  static ForgetVolume from(ForgetVolumeRequest r) throws StorageException {
    return new ForgetVolume(Fields.volumeId(r.getVolumeId()));
  }
}
