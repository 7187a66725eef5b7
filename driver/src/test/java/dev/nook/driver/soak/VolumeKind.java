package dev.nook.driver.soak;

import csi.v1.Csi.VolumeCapability;
import dev.nook.client.CsiClient;
import dev.nook.linux.fs.format.Capability;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/// The kinds of volumes, each on every kind of pool that can serve it.
enum VolumeKind {
  EXT4_ON_XFS("xfs", "ext4", Map.of("backend", "loop"), 48),
  THICK_ON_XFS("xfs", "ext4", Map.of("backend", "loop", "provisioning", "thick"), 48),
  XFS_ON_XFS("xfs", "xfs", Map.of(), 304),
  BLOCK_ON_XFS("xfs", "", Map.of(), 16),
  EXT4_ON_BTRFS("btrfs", "ext4", Map.of(), 48),
  BLOCK_ON_BTRFS("btrfs", "", Map.of(), 16),
  TREE_ON_BTRFS("btrfs", "", Map.of("backend", "directory"), 32),
  EXT4_ON_EXT4("plain", "ext4", Map.of(), 48),
  BLOCK_ON_EXT4("plain", "", Map.of(), 16),
  TREE_ON_EXT4("plain", "", Map.of("backend", "directory", "quota", "none"), 32);

  private final String pool;
  private final String type;
  private final Map<String, String> parameters;
  private final long mebibytes;

  VolumeKind(String pool, String type, Map<String, String> parameters, long mebibytes) {
    this.pool = pool;
    this.type = type;
    this.parameters = parameters;
    this.mebibytes = mebibytes;
  }

  String pool() {
    return pool;
  }

  Map<String, String> parameters() {
    Map<String, String> all = new HashMap<>(parameters);
    all.put("pool", pool);
    return all;
  }

  VolumeCapability capability() {
    return files() ? CsiClient.mounted(type) : CsiClient.block();
  }

  long bytes() {
    return mebibytes << 20;
  }

  boolean tree() {
    return "directory".equals(parameters.get("backend"));
  }

  /// Whether a pod sees files, not a device.
  boolean files() {
    return tree() || !type.isEmpty();
  }

  /// Whether it can be copied at all; a directory only where it is a subvolume.
  boolean copied() {
    return this != TREE_ON_EXT4;
  }

  /// Whether it can be copied while in use.
  boolean copiedInUse() {
    return !pool.equals("plain");
  }

  boolean grows() throws IOException {
    return this != TREE_ON_EXT4 && (!"ext4".equals(type) || Capability.SYS_RESOURCE.isEffective());
  }
}
