package dev.nook.node;

import dev.nook.linux.mount.Mounts;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What a volume holds, measured where a path shows it: no walk, no process.
public final class VolumeStats {
  private final VolumeStore store;
  private final Mounts mounts;

  public VolumeStats(VolumeStore store, Mounts mounts) {
    this.store = store;
    this.mounts = mounts;
  }

  VolumeStore.Usage of(VolumeId id, Path path) throws StorageException, IOException {
    Volume volume = store.get(id);
    Optional<Path> real = KubeletPath.find(path);
    if (real.isEmpty()
        || !(MountState.at(real.get(), id, mounts, store) instanceof MountState.Here)) {
      throw new StorageException.NotFound(id, "is not at volume_path %s".formatted(path));
    }
    return store.usage(volume.id(), real.get());
  }
}
