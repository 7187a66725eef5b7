package dev.nook.controller;

import csi.v1.Csi.GetCapacityRequest;
import dev.nook.rpc.Capabilities;
import dev.nook.rpc.Parameters;
import dev.nook.rpc.Topology;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.volume.Shape;
import java.util.Optional;

/// A checked GetCapacity call. The provisioner sends a StorageClass's parameters unchanged, and no
/// capabilities.
///
/// @param servable false for another node, and for capabilities that no volume here can serve
record CapacityQuery(Optional<PoolName> pool, Shape shape, boolean servable) {
  static CapacityQuery from(GetCapacityRequest request, Topology here) throws StorageException {
    var capabilities = Capabilities.of(request.getVolumeCapabilitiesList());
    var parameters = Parameters.of(request.getParametersMap());
    return new CapacityQuery(
        parameters.pool(),
        parameters.shape(capabilities.supported()),
        capabilities.unsupported().isEmpty() && here.matches(request.getAccessibleTopology()));
  }
}
