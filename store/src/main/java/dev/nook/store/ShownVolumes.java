package dev.nook.store;

import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the kernel shows of volumes at one moment. Needs no record, so that what is shown can be
/// taken away whatever has become of the pool.
public interface ShownVolumes {
  /// Which volumes are attached, or mounted in this view.
  Set<VolumeId> attached(MountView view) throws IOException;

  /// Which of these mounts, of a view, show volumes of this node's pools, and which volume each:
  /// through a loop device (or a read-only view of one) backed by its image, or rooted in its
  /// directory. Asks the kernel once however many mounts there are.
  Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException;

  /// The volume that one mount shows.
  default Optional<VolumeId> shownBy(MountView view, Mounts.Entry mount) throws IOException {
    return Optional.ofNullable(shownBy(view, List.of(mount)).get(mount));
  }
}
