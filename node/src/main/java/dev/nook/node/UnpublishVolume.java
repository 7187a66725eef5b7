package dev.nook.node;

import csi.v1.Csi.NodeUnpublishVolumeRequest;
import dev.nook.node.path.KubeletPath;
import dev.nook.rpc.Fields;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;

/// A NodeUnpublishVolume call.
record UnpublishVolume(VolumeId id, KubeletPath target) {
  static UnpublishVolume from(NodeUnpublishVolumeRequest r) throws StorageException {
    return new UnpublishVolume(
        Fields.volumeId(r.getVolumeId()), KubeletPath.of(PublishVolume.PATH, r.getTargetPath()));
  }
}
