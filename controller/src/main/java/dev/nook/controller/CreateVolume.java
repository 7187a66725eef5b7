package dev.nook.controller;

import csi.v1.Csi.CreateVolumeRequest;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Capabilities;
import dev.nook.rpc.Fields;
import dev.nook.rpc.Parameters;
import dev.nook.rpc.Topology;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.InvalidArgument;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.VolumeCapability;
import dev.nook.store.volume.VolumeCapability.Access;
import dev.nook.store.volume.VolumeSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A checked CreateVolume call: a malformed one is refused before one for another node.
///
/// @param context what the CO keeps with the volume and hands to its node
record CreateVolume(VolumeSpec spec, Map<String, String> context) {
  static CreateVolume from(CreateVolumeRequest request, Topology here) throws StorageException {
    var name = Fields.name(request.getName());
    var wanted = Capabilities.required(request.getVolumeCapabilitiesList()).orInvalid();
    var parameters = Parameters.of(request.getParametersMap());
    var shape = parameters.shape(wanted);
    checkFlags(wanted, shape);
    Fields.absent("mutable_parameters", request.getMutableParamsMap());
    var range = Fields.range(request.hasCapacityRange(), request.getCapacityRange());
    var source = Fields.source(request.hasVolumeContentSource(), request.getVolumeContentSource());
    here.require(name, request.getAccessibilityRequirements());
    return new CreateVolume(
        new VolumeSpec(name, parameters.pool(), shape, range, source), parameters.volumeContext());
  }

  private static void checkFlags(List<VolumeCapability> wanted, Shape shape)
      throws InvalidArgument {
    Optional<FileSystemType> type =
        shape instanceof Shape.Formatted(var made, var _) ? Optional.of(made) : Optional.empty();
    for (int i = 0; i < wanted.size(); i++) {
      if (wanted.get(i).access() instanceof Access.Mount(var _, var flags)) {
        Optional<String> refused = flags.refusedBy(type);
        if (refused.isPresent()) {
          throw new InvalidArgument("volume_capabilities[%d]:".formatted(i), refused.get());
        }
      }
    }
  }
}
