package dev.nook.node.repair;

import dev.nook.rpc.Fields;
import dev.nook.store.StorageException;
import dev.nook.store.VolumeId;
import nook.v1.Nook.ForgetVolumeRequest;

/// What was kept of a volume is deleted.
record ForgetVolume(VolumeId id) {
  static ForgetVolume from(ForgetVolumeRequest r) throws StorageException {
    return new ForgetVolume(Fields.volumeId(r.getVolumeId()));
  }
}
