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

/// Finds the volumes that the kernel shows at one moment. Needs no record, so that they can be
/// unmounted whatever the state of their pool.
public interface ShownVolumes {
  /// Returns the volumes that are attached, or mounted in this view.
  Set<VolumeId> attached(MountView view) throws IOException;

  /// Returns, for each of these mounts that shows a volume of this node's pools, that volume:
  /// through a loop device (or a read-only view of one) backed by its image, or rooted in its
  /// directory. Asks the kernel once, however many mounts there are.
  Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException;

  /// Returns the volume that a mount shows.
  default Optional<VolumeId> shownBy(MountView view, Mounts.Entry mount) throws IOException {
    return Optional.ofNullable(shownBy(view, List.of(mount)).get(mount));
  }
}
