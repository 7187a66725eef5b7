package dev.nook.node;

import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.syscall.DeviceNumber;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.node.mount.MountState;
import dev.nook.node.path.KubeletPath;
import dev.nook.node.path.PathOwner;
import dev.nook.store.ShownVolumes;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Unmounts this driver's mounts, and nobody else's. Ours are mounts that show a volume of a pool
/// here, and those exactly where kubelet puts a mount of this driver, because the pool may be gone.
public final class OwnMounts {
  private static final int LOOP_MAJOR = 7;

  private final ShownVolumes volumes;
  private final Mounts mounts;
  private final KubeletDirectory kubelet;

  public OwnMounts(ShownVolumes volumes, Mounts mounts, KubeletDirectory kubelet) {
    this.volumes = volumes;
    this.mounts = mounts;
    this.kubelet = kubelet;
  }

  /// What a view shows at a path, as seen by one volume.
  MountState at(Path path, VolumeId id, MountView view) throws IOException {
    return MountState.at(path, id, view, volumes);
  }

  /// Those of these mounts that show one volume.
  List<Mounts.Entry> showing(VolumeId id, MountView view, Collection<Mounts.Entry> mounts)
      throws IOException {
    Map<Mounts.Entry, VolumeId> shown = volumes.shownBy(view, mounts);
    return mounts.stream().filter(entry -> id.equals(shown.get(entry))).toList();
  }

  /// Unmounts everything that is stacked at a real path, or nothing when some of it is not ours.
  /// Does nothing when nothing is mounted. The mount table is read again after each unmount,
  /// because with shared mounts one unmount can remove several (mount_namespaces(7), propagation).
  ///
  /// @return whether a filesystem of a device was mounted there
  boolean clear(VolumeId id, KubeletPath path) throws StorageException, IOException {
    List<Path> here = List.of(path.path());
    MountView view = mounts.view(here);
    boolean fileSystem = view.at(path.path()).stream().anyMatch(OwnMounts::isOfADevice);
    int left = ours(id, path, view);
    while (left > 0) {
      unmount(id, path.path());
      view = mounts.view(here);
      left = Math.min(left - 1, ours(id, path, view));
    }
    requireNothingElsewhere(id, path.path());
    return fileSystem;
  }

  private static boolean isOfADevice(Mounts.Entry mount) {
    return DeviceNumber.major(mount.device()) == LOOP_MAJOR;
  }

  /// Returns how many mounts are stacked there; throws when one is not ours.
  private int ours(VolumeId id, KubeletPath path, MountView view)
      throws StorageException, IOException {
    List<Mounts.Entry> stack = view.at(path.path());
    if (stack.isEmpty()) {
      return 0;
    }
    Set<Mounts.Entry> shown = volumes.shownBy(view, stack).keySet();
    for (Mounts.Entry entry : stack) {
      if (!shown.contains(entry) && !kubelet.givesToThisDriver(path)) {
        throw new StorageException.NotReady(
            id,
            "%s holds %s (%s), which this driver did not mount; unmount it first%s"
                .formatted(path, entry.source(), entry.fsType(), why(path)));
      }
    }
    return stack.size();
  }

  private String why(KubeletPath path) {
    return kubelet.ownerOf(path) instanceof PathOwner.Unnamed(var why) ? ": " + why : "";
  }

  private void unmount(VolumeId id, Path path) throws StorageException, IOException {
    try {
      mounts.unmount(path);
    } catch (SystemCallException e) {
      if (e.is(Errno.EBUSY)) {
        throw new StorageException.NotReady(
            id, "%s is in use; end what uses it: %s".formatted(path, e.getMessage()));
      }
      if (!e.is(Errno.EINVAL) && !e.is(Errno.ENOENT)) { // Somebody else took it away meanwhile.
        throw e;
      }
    }
  }

  /// Throws while the host's mount namespace has a mount there: removing the directory would remove
  /// that mount too.
  private void requireNothingElsewhere(VolumeId id, Path path)
      throws StorageException, IOException {
    for (Mounts.Entry entry : mounts.elsewhere(path)) {
      throw new StorageException.NotReady(
          id,
          "%s still shows %s in the host's mount namespace; share the kubelet directory with"
                  .formatted(path, entry.source())
              + " Bidirectional propagation");
    }
  }
}
