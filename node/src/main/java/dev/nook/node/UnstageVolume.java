package dev.nook.node;

import csi.v1.Csi.NodeUnstageVolumeRequest;
import dev.nook.node.path.KubeletPath;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;

/// A NodeUnstageVolume call.
record UnstageVolume(VolumeId id, KubeletPath staging) {
  static UnstageVolume from(NodeUnstageVolumeRequest r) throws StorageException {
    return new UnstageVolume(
        Fields.volumeId(r.getVolumeId()),
        KubeletPath.of(StageVolume.PATH, r.getStagingTargetPath()));
  }
}
