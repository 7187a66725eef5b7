package dev.nook.store.host;

import dev.nook.linux.mount.MountView;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Looking;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.health.VolumeFault.Reason;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Looks for faults of one pool's volumes. For the thread that may wait for its disk.
public record VolumeFaults(
    Layout layout,
    Backends<? extends Looking> backends,
    Catalogue<VolumeId, Volume> volumes,
    RefusedVolumes refused,
    MountView view) {
  /// Returns the faults of volumes that are in use, that were refused, or whose record cannot be
  /// trusted; volumes without a fault are absent.
  public Map<VolumeId, List<VolumeFault>> of(Set<VolumeId> inUse) {
    Map<VolumeId, List<VolumeFault>> faults = new HashMap<>();
    inUse.forEach(id -> look(id, faults));
    refused.ids().stream().filter(id -> !inUse.contains(id)).forEach(id -> look(id, faults));
    for (Catalogue.Entry.Quarantined<VolumeId, Volume> bad : volumes.distrusted()) {
      faults.put(bad.id(), List.of(new VolumeFault(Reason.RECORD_UNREADABLE, bad.why())));
    }
    faults.values().removeIf(List::isEmpty);
    return faults;
  }

  private void look(VolumeId id, Map<VolumeId, List<VolumeFault>> faults) {
    volumes
        .known(id)
        .ifPresent(volume -> {
          List<VolumeFault> found = new ArrayList<>(of(volume));
          refused
              .mount(id)
              .filter(fault -> found.stream().noneMatch(one -> one.reason() == fault.reason()))
              .ifPresent(found::add);
          faults.put(id, List.copyOf(found));
        });
  }

  private List<VolumeFault> of(Volume volume) {
    try {
      return backends.of(volume.content()).faults(layout.volume(volume.id()), volume, view);
    } catch (IOException e) {
      return List.of(
          new VolumeFault(Reason.CONTENT_UNREADABLE, "it cannot be examined: " + word(e)));
    }
  }

  /// Returns a message without a path, which the message of a failed system call has.
  private static String word(IOException e) {
    return e instanceof SystemCallException call
        ? call.errno().toString()
        : e.getClass().getSimpleName();
  }
}
