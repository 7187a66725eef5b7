package dev.nook.controller;

import csi.v1.Csi.ControllerExpandVolumeRequest;
import dev.nook.rpc.Capabilities;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.VolumeCapability;
import java.util.List;

/// A checked ControllerExpandVolume call.
///
/// @param capabilities none or one
record ExpandVolume(VolumeId id, CapacityRange range, List<VolumeCapability> capabilities) {
  static ExpandVolume from(ControllerExpandVolumeRequest request) throws StorageException {
    return new ExpandVolume(
        Fields.volumeId(request.getVolumeId()),
        Fields.requiredRange(request.hasCapacityRange(), request.getCapacityRange()),
        request.hasVolumeCapability()
            ? Capabilities.of(List.of(request.getVolumeCapability())).orInvalid()
            : List.of());
  }
}
