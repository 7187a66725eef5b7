package dev.nook.node.repair;

import dev.nook.rpc.Fields;
import dev.nook.store.VolumeRepairs.Allowed;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import nook.v1.Nook.RepairVolumeRequest;

/// A RepairVolume call, with the cost that it allows.
record RepairVolume(VolumeId id, Allowed allowed) {
  static RepairVolume from(RepairVolumeRequest r) throws StorageException {
    return new RepairVolume(
        Fields.volumeId(r.getVolumeId()), r.getMayLose() ? Allowed.WITH_LOSS : Allowed.IF_HARMLESS);
  }
}
