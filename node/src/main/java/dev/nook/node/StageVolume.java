package dev.nook.node;

import csi.v1.Csi.NodeStageVolumeRequest;
import dev.nook.linux.mount.MountFlags;
import dev.nook.node.path.KubeletPath;
import dev.nook.rpc.Capabilities;
import dev.nook.rpc.Fields;
import dev.nook.rpc.Parameters;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.OnDamage;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeCapability;
import dev.nook.store.volume.VolumeCapability.Access;
import java.util.Optional;

/// A NodeStageVolume call, which every NodePublishVolume needs first.
///
/// @param onDamage what its class says, as kept by the CO
record StageVolume(
    VolumeId id, KubeletPath staging, VolumeCapability capability, OnDamage onDamage) {
  static final String PATH = "staging_target_path";

  static StageVolume from(NodeStageVolumeRequest r) throws StorageException {
    VolumeId id = Fields.volumeId(r.getVolumeId());
    return new StageVolume(
        id,
        KubeletPath.of(PATH, r.getStagingTargetPath()),
        Capabilities.one(id, r.hasVolumeCapability(), r.getVolumeCapability()),
        Parameters.onDamage(r.getVolumeContextMap()));
  }

  /// Returns the call with the path's real name.
  StageVolume at(KubeletPath real) {
    return new StageVolume(id, real, capability, onDamage);
  }

  /// Returns the requested mount flags; none for a block volume.
  MountFlags flags() {
    return switch (capability.access()) {
      case Access.Block _ -> MountFlags.NONE;
      case Access.Mount(var _, var flags) -> flags;
    };
  }

  /// Returns the volume, if it can be used as requested. Throws NotReady if not; InvalidArgument
  /// for flags outside the allow-list, whatever the volume is.
  Volume requireServedBy(Volume volume) throws StorageException {
    Optional<String> badFlags =
        switch (volume.content()) {
          case Content.Formatted(var shape, var _) -> flags().refusedBy(Optional.of(shape.type()));
          case Content.Tree _ -> flags().refusedBy(Optional.empty());
          case Content.Raw _ -> Optional.empty();
        };
    if (badFlags.isPresent()) {
      throw new StorageException.InvalidArgument(
          "volume_capability.mount.mount_flags", badFlags.get());
    }
    Optional<String> refused = volume.refuses(capability);
    if (refused.isPresent()) {
      throw new StorageException.NotReady(id, refused.get());
    }
    return volume;
  }
}
