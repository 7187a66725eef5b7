package dev.nook.node;

import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.HeldMount;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.ShownVolumes;
import dev.nook.store.VolumeUsage;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Measures a volume at a path that shows it, without walking its files or starting a process.
public final class VolumeStats {
  private final VolumeUsage volumes;
  private final ShownVolumes shown;
  private final Mounts mounts;

  public VolumeStats(VolumeUsage volumes, ShownVolumes shown, Mounts mounts) {
    this.volumes = volumes;
    this.shown = shown;
    this.mounts = mounts;
  }

  Usage of(VolumeId id, Path path) throws StorageException, IOException {
    Volume volume = volumes.get(id);
    Optional<FileSystems.Usage> found = found(volume.id(), path);
    if (found.isEmpty()) {
      throw new StorageException.NotFound(id, "is not at volume_path %s".formatted(path));
    }
    return volumes.usage(volume, found.get());
  }

  /// Measures the mount that was seen to show the volume, because the path may lead elsewhere by
  /// then: to the node's own disk, when the volume was unpublished meanwhile.
  private Optional<FileSystems.Usage> found(VolumeId id, Path path) throws IOException {
    Optional<Path> real = KubeletPath.find(path);
    Optional<HeldMount> held = real.isEmpty() ? Optional.empty() : mounts.hold(real.get());
    if (held.isEmpty()) {
      return Optional.empty();
    }
    try (HeldMount mount = held.get()) {
      Optional<Mounts.Entry> entry = mount.entry();
      return entry.isPresent() && shows(entry.get(), id)
          ? Optional.of(mount.usage())
          : Optional.empty();
    }
  }

  private boolean shows(Mounts.Entry entry, VolumeId id) throws IOException {
    MountView view = new MountView(List.of(entry), List.of());
    return shown.shownBy(view, entry).equals(Optional.of(id));
  }
}
