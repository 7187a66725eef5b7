package dev.nook.node;

import csi.v1.Csi.NodeExpandVolumeRequest;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import java.nio.file.Path;
import java.util.Optional;

/// NodeExpandVolume. The paths may be any text: one that shows nothing is not found, after the
/// volume has been looked for.
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
