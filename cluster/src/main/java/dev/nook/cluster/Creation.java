package dev.nook.cluster;

import csi.v1.ControllerGrpc;
import csi.v1.Csi.CreateVolumeRequest;
import csi.v1.Csi.CreateVolumeResponse;
import dev.nook.cluster.place.Placements;
import dev.nook.cluster.place.Placer;
import dev.nook.rpc.Fields;
import dev.nook.rpc.Statuses;
import dev.nook.store.error.StorageException;
import io.grpc.StatusRuntimeException;

/// Makes volumes: on one node each, however often a call is repeated.
record Creation(Placer placer, Placements placements) {
  CreateVolumeResponse create(CreateVolumeRequest request) throws StorageException {
    try {
      return placer.place(request).call(ControllerGrpc.getCreateVolumeMethod(), request);
    } catch (StatusRuntimeException e) {
      if (Statuses.isFinal(e.getStatus())) {
        placements.clear(Fields.name(request.getName()));
      }
      throw e;
    }
  }
}
