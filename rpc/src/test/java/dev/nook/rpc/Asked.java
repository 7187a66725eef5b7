package dev.nook.rpc;

import csi.v1.Csi.VolumeCapability;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import java.util.List;

/// Builds capabilities as a CO sends them.
final class Asked {
  private Asked() {}

  static VolumeCapability mount(Mode mode, String fsType, String... flags) {
    return mode(mode)
        .setMount(
            VolumeCapability.MountVolume.newBuilder()
                .setFsType(fsType)
                .addAllMountFlags(List.of(flags)))
        .build();
  }

  static VolumeCapability block(Mode mode) {
    return mode(mode).setBlock(VolumeCapability.BlockVolume.getDefaultInstance()).build();
  }

  static VolumeCapability.Builder mode(Mode mode) {
    return VolumeCapability.newBuilder()
        .setAccessMode(VolumeCapability.AccessMode.newBuilder().setMode(mode));
  }
}
