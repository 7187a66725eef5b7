package dev.nook.store.backend;

import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Combines what both backends of a pool see.
public final class Looks {
  private Looks() {}

  /// Returns the extents, as [Looking#extents] does.
  public static Optional<Long> extents(Backends<? extends Looking> backends, Home home)
      throws IOException {
    Optional<Long> image = backends.images().extents(home);
    return image.isPresent() ? image : backends.trees().extents(home);
  }

  /// Makes both backends look, as [Looking#look] does.
  public static void look(Backends<? extends Looking> backends, boolean here) throws IOException {
    for (Looking backend : backends.all()) {
      backend.look(here);
    }
  }

  /// Returns the volumes that are attached or mounted, as this view shows them.
  ///
  /// @param mayHold whether an id can belong to this pool
  public static Set<VolumeId> attached(
      Backends<? extends Showing> backends, MountView view, Predicate<VolumeId> mayHold)
      throws IOException {
    Set<VolumeId> ids = new HashSet<>();
    for (Showing backend : backends.all()) {
      backend.attached(view).stream().filter(mayHold).forEach(ids::add);
    }
    return ids;
  }

  /// Returns the volume that each of these mounts shows, for those that show one.
  ///
  /// @param mayHold whether an id can belong to this pool
  public static Map<Mounts.Entry, VolumeId> shownBy(
      Backends<? extends Showing> backends,
      MountView view,
      Collection<Mounts.Entry> mounts,
      Predicate<VolumeId> mayHold)
      throws IOException {
    Map<Mounts.Entry, VolumeId> shown = new HashMap<>();
    for (Showing backend : backends.all()) {
      shown.putAll(backend.shownBy(view, mounts));
    }
    shown.values().removeIf(mayHold.negate());
    return shown;
  }
}
