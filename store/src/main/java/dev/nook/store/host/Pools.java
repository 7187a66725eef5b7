package dev.nook.store.host;

import dev.nook.linux.Linux;
import dev.nook.store.Attachments;
import dev.nook.store.MountRefusals;
import dev.nook.store.PoolAdministration;
import dev.nook.store.PoolConfig;
import dev.nook.store.PoolUpkeep;
import dev.nook.store.ShownVolumes;
import dev.nook.store.SnapshotContents;
import dev.nook.store.Snapshots;
import dev.nook.store.VolumeRepairs;
import dev.nook.store.VolumeUsage;
import dev.nook.store.Volumes;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Backends;
import dev.nook.store.record.Layout;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/// Every pool of this node, wired from the bottom up: what serves each port of the store stands
/// here and nowhere else.
public final class Pools {
  private final String node;
  private final Linux linux;
  private final Sites sites;

  /// @param node this node's id, which FORMAT must bear
  /// @param backends makes the two backends of the pool that has this layout
  public Pools(
      List<PoolConfig> configs,
      String node,
      Linux linux,
      Clock clock,
      Function<Layout, Backends<Backend>> backends) {
    if (configs.stream().map(PoolConfig::name).distinct().count() < configs.size()
        || configs.stream().map(PoolConfig::path).distinct().count() < configs.size()) {
      throw new IllegalArgumentException("two pools have one name or one path");
    }
    this.node = node;
    this.linux = linux;
    this.sites =
        new Sites(
            configs.stream()
                .map(config ->
                    new PoolSite(
                        config, node, linux, clock, backends.apply(new Layout(config.path()))))
                .toList());
  }

  public Volumes volumes() {
    return new HostVolumes(node, sites);
  }

  public Snapshots snapshots() {
    return new HostSnapshots(sites);
  }

  public SnapshotContents contents() {
    return id -> sites.pool(id).read(id);
  }

  public Attachments attachments() {
    return new HostAttachments(sites);
  }

  public ShownVolumes shown() {
    return new HostShownVolumes(sites);
  }

  public MountRefusals refusals() {
    return new HostMountRefusals(sites);
  }

  public VolumeUsage usage() {
    return new HostVolumeUsage(sites);
  }

  public VolumeRepairs repairs() {
    return new HostRepairs(sites);
  }

  public PoolUpkeep upkeep() {
    return new HostUpkeep(sites);
  }

  public PoolAdministration administration() {
    return new HostAdministration(sites, linux);
  }
}
