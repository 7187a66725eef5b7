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

/// What both backends of a pool see, put together.
public final class Looks {
  private Looks() {}

  /// As [Looking#extents].
  public static Optional<Long> extents(Backends<? extends Looking> backends, Home home)
      throws IOException {
    Optional<Long> image = backends.images().extents(home);
    return image.isPresent() ? image : backends.trees().extents(home);
  }

  /// As [Looking#look].
  public static void look(Backends<? extends Looking> backends, boolean here) throws IOException {
    for (Looking backend : backends.all()) {
      backend.look(here);
    }
  }

  /// The volumes that are attached or mounted as this view shows it.
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

  /// Which of these mounts show a volume, and which.
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
