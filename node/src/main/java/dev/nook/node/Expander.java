package dev.nook.node;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.HeldMount;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.node.mount.DeviceViews;
import dev.nook.node.mount.FilesystemFault;
import dev.nook.node.mount.MountState;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.Operations;
import dev.nook.store.ShownVolumes;
import dev.nook.store.VolumeExpansion;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Expands volumes in use: the store expands the content, then the mounted filesystem is grown to
/// its device.
public final class Expander {
  private final VolumeExpansion volumes;
  private final ShownVolumes shown;
  private final Linux linux;
  private final Operations operations;
  private final DeviceViews views;
  private final RefusedExpansions refused;

  public Expander(
      VolumeExpansion volumes,
      ShownVolumes shown,
      Linux linux,
      Operations operations,
      DeviceViews views,
      RefusedExpansions refused) {
    this.volumes = volumes;
    this.shown = shown;
    this.linux = linux;
    this.operations = operations;
    this.views = views;
    this.refused = refused;
  }

  Volume expand(ExpandVolume expand) throws StorageException, IOException {
    return operations.run(expand.id(), Set.of(), expand, () -> expandHolding(expand));
  }

  /// Grows what is shown of a volume that has just been expanded, in a call that holds it. Returns
  /// whether that is all: a filesystem that is not mounted here grows at its next stage, and one
  /// that cannot be grown now is left to NodeExpandVolume, which tells its pod why.
  public boolean growShown(Volume grown) throws StorageException, IOException {
    refused.forget(grown.id());
    return switch (grown.content()) {
      case Content.Raw _ -> {
        views.resize(grown.id());
        yield true;
      }
      case Content.Formatted(var shape, var _) -> growMounted(grown.id(), shape.type());
      case Content.Tree _ -> true;
    };
  }

  private boolean growMounted(VolumeId id, FileSystemType type)
      throws StorageException, IOException {
    MountView view = linux.mounts().view();
    for (var mount : shown.shownBy(view, view.here()).entrySet()) {
      if (mount.getValue().equals(id) && !mount.getKey().readOnly()) {
        try {
          return expanded(id, type, mount.getKey());
        } catch (StorageException.NotReady _) {
          return false;
        }
      }
    }
    return false;
  }

  private Volume expandHolding(ExpandVolume expand) throws StorageException, IOException {
    VolumeId id = expand.id();
    Volume volume = volumes.get(id);
    switch (volume.content()) {
      case Content.Raw _ -> {
        Volume grown = expandBytes(volume, expand);
        views.resize(id);
        return grown;
      }
      case Content.Formatted(var shape, var _) -> {
        Mounts.Entry mount = requireShown(expand);
        Volume grown = expandBytes(volume, expand);
        expandFileSystem(id, shape.type(), mount);
        return grown;
      }
      case Content.Tree _ -> {
        Mounts.Entry _ = requireShown(expand);
        return expandBytes(volume, expand);
      }
    }
  }

  private Volume expandBytes(Volume volume, ExpandVolume expand)
      throws StorageException, IOException {
    VolumeId id = expand.id();
    try {
      Volume grown = volumes.expand(volume, expand.range());
      refused.forget(id);
      return grown;
    } catch (StorageException.ExpansionRefused e) {
      boolean staged = shown.attached(linux.mounts().view()).contains(id);
      throw staged ? refused.again(id, expand.range(), e) : e;
    }
  }

  /// Returns the mount that shows the volume. Not for raw block volumes, for which kubelet names a
  /// path of its own.
  private Mounts.Entry requireShown(ExpandVolume expand) throws StorageException, IOException {
    for (Optional<Path> path : List.of(Optional.of(expand.path()), expand.staging())) {
      Optional<Path> real = path.isEmpty() ? Optional.empty() : KubeletPath.find(path.get());
      if (real.isPresent()) {
        MountView view = linux.mounts().view(List.of(real.get()));
        if (MountState.at(real.get(), expand.id(), view, shown)
            instanceof MountState.Here(var top)) {
          return top;
        }
      }
    }
    throw new StorageException.NotFound(
        expand.id(), "is not mounted at volume_path %s".formatted(expand.path()));
  }

  /// Grows a filesystem through any of its writable mounts; without one, its next mount grows it.
  private void expandFileSystem(VolumeId id, FileSystemType type, Mounts.Entry mount)
      throws StorageException, IOException {
    if (!mount.readOnly() && expanded(id, type, mount)) {
      return;
    }
    for (Mounts.Entry entry : linux.mounts().view().here()) {
      if (entry.device() == mount.device() && !entry.readOnly() && expanded(id, type, entry)) {
        return;
      }
    }
  }

  /// Grows a filesystem through one mount; returns false where that mount is gone, because what its
  /// path shows now must not be grown.
  private boolean expanded(VolumeId id, FileSystemType type, Mounts.Entry entry)
      throws StorageException, IOException {
    Optional<HeldMount> held = linux.mounts().hold(entry.mountPoint());
    if (held.isEmpty()) {
      return false;
    }
    try (HeldMount mount = held.get()) {
      boolean same = mount.entry().filter(now -> now.id() == entry.id()).isPresent();
      if (same) {
        expandFileSystem(id, type, mount.path());
      }
      return same;
    }
  }

  private void expandFileSystem(VolumeId id, FileSystemType type, Path mountPoint)
      throws StorageException, IOException {
    try {
      FilesystemFault.named(id, "grow", () -> linux.fileSystems().expand(mountPoint, type));
    } catch (SystemCallException e) {
      if (e.is(Errno.EPERM)) {
        throw new StorageException.NotReady(
            id,
            "its device has grown, but this host can grow %s only at its next mount".formatted(type)
                + " (CAP_SYS_RESOURCE is missing); restart the pod");
      }
      throw new StorageException.NotReady(
          id,
          "its device has grown, but its %s could not be grown (%s); stop its pod and check it"
              .formatted(type, e.getMessage()));
    }
  }
}
