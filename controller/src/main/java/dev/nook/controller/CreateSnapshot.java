package dev.nook.controller;

import csi.v1.Csi.CreateSnapshotRequest;
import dev.nook.rpc.Fields;
import dev.nook.rpc.Parameters;
import dev.nook.rpc.Topology;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.VolumeId;

/// A checked CreateSnapshot call: a malformed one is refused before one for another node.
record CreateSnapshot(Name name, VolumeId source) {
  static CreateSnapshot from(CreateSnapshotRequest request, Topology here) throws StorageException {
    var name = Fields.name(request.getName());
    var source = Fields.volumeId("source_volume_id", request.getSourceVolumeId());
    Parameters.ofSnapshot(request.getParametersMap());
    here.require(name, request.getAccessibilityRequirements());
    return new CreateSnapshot(name, source);
  }
}
