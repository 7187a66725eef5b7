package dev.nook.store.loop;

import dev.nook.linux.block.LoopDevices;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Tells which volumes of a pool are shown by loop devices, and by mounts of them.
record LoopVolumes(LoopDevices loops, BackingFiles files) {
  Set<VolumeId> attached() throws IOException {
    Shown shown = new Shown(loops.known(), files);
    Set<VolumeId> ids = new HashSet<>();
    for (Loop loop : shown.devices) {
      Optional<VolumeId> id = shown.volumeOf(loop);
      if (id.isPresent() && !ids.contains(id.get()) && loops.isStill(loop)) {
        ids.add(id.get());
      }
    }
    return ids;
  }

  Map<Mounts.Entry, VolumeId> shownBy(Collection<Mounts.Entry> mounts) throws IOException {
    List<Mounts.Entry> ofLoops = mounts.stream().filter(LoopMounts::isOfALoop).toList();
    if (ofLoops.isEmpty()) {
      return Map.of();
    }
    Shown shown = new Shown(loops.known(), files);
    if (!isStillShown(ofLoops, shown)) {
      shown = new Shown(loops.all(), files);
    }
    Map<Mounts.Entry, VolumeId> volumes = new LinkedHashMap<>();
    for (Mounts.Entry mount : ofLoops) {
      Optional<Loop> loop = shown.deviceOf(mount);
      Optional<VolumeId> id = loop.isEmpty() ? Optional.empty() : shown.volumeOf(loop.get());
      id.ifPresent(volume -> volumes.put(mount, volume));
    }
    return volumes;
  }

  /// Whether each of these mounts is of a device that still shows what is known of it.
  private boolean isStillShown(List<Mounts.Entry> mounts, Shown shown) throws IOException {
    for (Mounts.Entry mount : mounts) {
      Optional<Loop> loop = shown.deviceOf(mount);
      if (loop.isEmpty() || !loops.isStill(loop.get())) {
        return false;
      }
    }
    return true;
  }

  /// Some loop devices, and which of them belong to this pool.
  private static final class Shown {
    private final List<Loop> devices;
    private final BackingFiles files;
    private @Nullable Map<Long, VolumeId> images;

    Shown(List<Loop> devices, BackingFiles files) {
      this.devices = devices;
      this.files = files;
    }

    Optional<Loop> deviceOf(Mounts.Entry mount) {
      return LoopMounts.deviceOf(mount, devices);
    }

    /// Follows devices that lie over other devices down to the one that has a file behind it.
    Optional<VolumeId> volumeOf(Loop loop) {
      Loop base = loop;
      for (int depth = 0; base.backingRdev() != 0 && depth < devices.size(); depth++) {
        Optional<Loop> next = numbered(base.backingRdev());
        if (next.isEmpty()) {
          return Optional.empty();
        }
        base = next.get();
      }
      return files.volumeOf(base, this::images);
    }

    private Optional<Loop> numbered(long rdev) {
      for (Loop loop : devices) {
        if (loop.rdev() == rdev) {
          return Optional.of(loop);
        }
      }
      return Optional.empty();
    }

    private Map<Long, VolumeId> images() {
      if (images == null) {
        images = files.imagesByInode();
      }
      return images;
    }
  }
}
