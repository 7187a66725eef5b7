package dev.nook.controller;

import csi.v1.Csi.ValidateVolumeCapabilitiesRequest;
import dev.nook.rpc.Capabilities;
import dev.nook.rpc.Fields;
import dev.nook.rpc.Parameters;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeCapability;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A checked ValidateVolumeCapabilities call. Only a malformed one is an error; whatever else
/// speaks against the capabilities is a reason not to confirm them.
record ValidateVolume(
    VolumeId id, Capabilities capabilities, Map<String, String> parameters, boolean mutable) {

  static ValidateVolume from(ValidateVolumeCapabilitiesRequest request) throws StorageException {
    VolumeId id = Fields.volumeId(request.getVolumeId());
    Capabilities wanted = Capabilities.required(request.getVolumeCapabilitiesList());
    var _ = Fields.map("volume_context", request.getVolumeContextMap());
    return new ValidateVolume(
        id,
        wanted,
        Fields.map("parameters", request.getParametersMap()),
        !Fields.map("mutable_parameters", request.getMutableParamsMap()).isEmpty());
  }

  /// Returns why the volume cannot serve the capabilities; empty when it can.
  Optional<String> refusedBy(Volume volume) {
    if (capabilities.unsupported().isPresent()) {
      return capabilities.unsupported().map(Object::toString);
    }
    for (VolumeCapability capability : capabilities.supported()) {
      Optional<String> refused = volume.refuses(capability);
      if (refused.isPresent()) {
        return refused;
      }
    }
    if (mutable) {
      return Optional.of("mutable_parameters is not supported");
    }
    return parameters.isEmpty() ? Optional.empty() : otherClass(volume);
  }

  private Optional<String> otherClass(Volume volume) {
    List<VolumeCapability> wanted = capabilities.supported();
    try {
      Parameters asked = Parameters.of(parameters);
      Shape shape = asked.shape(wanted);
      Optional<PoolName> pool = asked.pool().filter(name -> !name.equals(volume.pool()));
      if (pool.isPresent()) {
        return Optional.of("it lives in pool %s, not %s".formatted(volume.pool(), pool.get()));
      }
      return shape.equals(volume.content().shape())
          ? Optional.empty()
          : Optional.of("it is %s, not %s".formatted(volume.content().shape(), shape));
    } catch (InvalidArgument e) {
      return Optional.ofNullable(e.getMessage());
    }
  }
}
