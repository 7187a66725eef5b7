package dev.nook.node;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.Content;
import dev.nook.store.Operations;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Grows a volume while it is in use: the store makes its bytes more, then the filesystem that is
/// mounted from them is grown to its device.
public final class Grower {
  private final VolumeStore store;
  private final Linux linux;
  private final Operations operations;
  private final DeviceViews views;

  public Grower(VolumeStore store, Linux linux, Operations operations, DeviceViews views) {
    this.store = store;
    this.linux = linux;
    this.operations = operations;
    this.views = views;
  }

  Volume grow(GrowVolume grow) throws StorageException, IOException {
    return operations.run(grow.id(), Set.of(), grow, () -> growHolding(grow));
  }

  private Volume growHolding(GrowVolume grow) throws StorageException, IOException {
    Volume volume = store.get(grow.id());
    if (!(volume.content() instanceof Content.Raw)) {
      requireShown(grow);
    }
    Volume grown = store.grow(grow.id(), grow.range());
    switch (grown.content()) {
      case Content.Raw _ -> views.resize(grow.id());
      case Content.Formatted(var shape, var _) -> fill(grow.id(), shape.type());
      case Content.Tree _ -> {} // Its size is a number of the pool's filesystem.
    }
    return grown;
  }

  /// For raw block, kubelet names a path of its own.
  private void requireShown(GrowVolume grow) throws StorageException, IOException {
    if (!shows(grow.path(), grow.id())
        && (grow.staging().isEmpty() || !shows(grow.staging().get(), grow.id()))) {
      throw new StorageException.NotFound(
          grow.id(), "is not mounted at volume_path %s".formatted(grow.path()));
    }
  }

  private boolean shows(Path path, VolumeId id) throws IOException {
    Optional<Path> real = KubeletPath.find(path);
    return real.isPresent()
        && MountState.at(real.get(), id, linux.mounts(), store) instanceof MountState.Here;
  }

  /// A filesystem grows through any of its writable mounts; with none, the next mount grows it.
  private void fill(VolumeId id, FileSystemType type) throws StorageException, IOException {
    Map<Mounts.Entry, VolumeId> shown = store.shownBy(linux.mounts().all());
    for (Mounts.Entry entry : shown.keySet()) {
      if (!entry.readOnly() && id.equals(shown.get(entry))) {
        fill(id, type, entry.mountPoint());
        return;
      }
    }
  }

  private void fill(VolumeId id, FileSystemType type, Path mountPoint)
      throws StorageException, IOException {
    try {
      linux.fileSystems().fill(mountPoint, type);
    } catch (SystemCallException e) {
      if (e.is(Errno.EPERM)) {
        throw new StorageException.NotReady(
            id,
            "its device has grown, and this host grows %s only when it is mounted next"
                    .formatted(type)
                + " (CAP_SYS_RESOURCE is missing); restart the pod");
      }
      throw e;
    }
  }
}
