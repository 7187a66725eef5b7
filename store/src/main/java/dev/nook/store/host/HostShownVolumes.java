package dev.nook.store.host;

import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.ShownVolumes;
import dev.nook.store.backend.Looks;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Finds the volumes of all pools of this node that the kernel shows.
record HostShownVolumes(Sites sites) implements ShownVolumes {
  @Override
  public Set<VolumeId> attached(MountView view) throws IOException {
    Set<VolumeId> ids = new HashSet<>();
    for (PoolSite site : sites.all()) {
      ids.addAll(Looks.attached(site.backends(), view, id -> sites.mayHold(site, id)));
    }
    return ids;
  }

  @Override
  public Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException {
    Map<Mounts.Entry, VolumeId> shown = new HashMap<>();
    for (PoolSite site : sites.all()) {
      shown.putAll(Looks.shownBy(site.backends(), view, mounts, id -> sites.mayHold(site, id)));
    }
    return shown;
  }
}
