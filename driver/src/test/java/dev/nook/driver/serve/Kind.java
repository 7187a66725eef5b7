package dev.nook.driver.serve;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.linux.fs.FileSystemType;
import java.util.Map;

/// The kinds of volume that every rule of the wire is tried on.
enum Kind {
  EXT4(CsiClient.mounted("ext4"), Map.of("backend", "loop")),
  XFS(CsiClient.mounted("xfs"), Map.of()),
  BLOCK(CsiClient.block(), Map.of()),
  DIRECTORY(CsiClient.mounted(""), Map.of("backend", "directory"));

  private final Csi.VolumeCapability capability;
  private final Map<String, String> parameters;

  Kind(Csi.VolumeCapability capability, Map<String, String> parameters) {
    this.capability = capability;
    this.parameters = parameters;
  }

  Csi.VolumeCapability capability() {
    return capability;
  }

  Map<String, String> parameters() {
    return parameters;
  }

  /// The filesystem of a host on which this kind can be had.
  FileSystemType pool() {
    return this == DIRECTORY ? FileSystemType.BTRFS : FileSystemType.XFS;
  }

  /// What mountinfo calls it where it is mounted.
  String mountedAs() {
    return switch (this) {
      case EXT4 -> "ext4";
      case XFS -> "xfs";
      case BLOCK -> "devtmpfs";
      case DIRECTORY -> "btrfs";
    };
  }

  boolean files() {
    return this != BLOCK;
  }

  long bytes() {
    return this == XFS ? 320L << 20 : 64L << 20;
  }

  long moreBytes() {
    return this == XFS ? 400L << 20 : 96L << 20;
  }
}
