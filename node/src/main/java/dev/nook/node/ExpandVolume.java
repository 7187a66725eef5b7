package dev.nook.node;

import csi.v1.Csi.NodeExpandVolumeRequest;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import java.nio.file.Path;
import java.util.Optional;

/// A NodeExpandVolume call. The paths may be any text; the volume is looked up first, then a path
/// that does not show it is NOT_FOUND.
record ExpandVolume(VolumeId id, Path path, Optional<Path> staging, CapacityRange range) {
  static ExpandVolume from(NodeExpandVolumeRequest r) throws StorageException {
    return new ExpandVolume(
        Fields.volumeId(r.getVolumeId()),
        Fields.path("volume_path", r.getVolumePath()),
        r.getStagingTargetPath().isEmpty()
            ? Optional.empty()
            : Optional.of(Fields.path(StageVolume.PATH, r.getStagingTargetPath())),
        Fields.range(r.hasCapacityRange(), r.getCapacityRange()));
  }
}
