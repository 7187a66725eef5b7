package dev.nook.node;

import csi.v1.Csi.NodePublishVolumeRequest;
import dev.nook.linux.mount.MountFlags;
import dev.nook.node.path.KubeletPath;
import dev.nook.rpc.Capabilities;
import dev.nook.rpc.Fields;
import dev.nook.rpc.Parameters;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.VolumeCapability;

/// A NodePublishVolume call.
///
/// @param stage the NodeStageVolume call that kubelet leaves out after a reboot
record PublishVolume(StageVolume stage, KubeletPath target, boolean readonly) {
  static final String PATH = "target_path";

  static PublishVolume from(NodePublishVolumeRequest r) throws StorageException {
    VolumeId id = Fields.volumeId(r.getVolumeId());
    KubeletPath target = KubeletPath.of(PATH, r.getTargetPath());
    VolumeCapability capability =
        Capabilities.one(id, r.hasVolumeCapability(), r.getVolumeCapability());
    if (r.getStagingTargetPath().isEmpty()) {
      throw new StorageException.NotReady(
          id, "staging_target_path is missing; NodeStageVolume comes first");
    }
    KubeletPath staging = KubeletPath.of(StageVolume.PATH, r.getStagingTargetPath());
    StageVolume stage =
        new StageVolume(id, staging, capability, Parameters.onDamage(r.getVolumeContextMap()));
    return new PublishVolume(stage, target, r.getReadonly());
  }

  /// Returns the call with the paths' real names.
  PublishVolume at(KubeletPath realStaging, KubeletPath realTarget) {
    return new PublishVolume(stage.at(realStaging), realTarget, readonly);
  }

  VolumeId id() {
    return stage.id();
  }

  boolean readOnly() {
    return readonly || stage.capability().readOnly();
  }

  MountFlags flags() {
    return readOnly() ? stage.flags().withReadOnly() : stage.flags();
  }

  /// Whether this must be the only target on the node.
  boolean singleTarget() {
    return stage.capability().mode().singleTarget();
  }
}
