package dev.nook.store.backend;

import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// The two ways to hold a volume in one pool.
///
/// @param images volumes in image files
/// @param trees volumes that are directories of the pool's filesystem
public record Backends(Backend images, Backend trees) {
  public Backend of(Shape shape) {
    return switch (shape) {
      case Shape.Raw _, Shape.Formatted _ -> images;
      case Shape.Tree _ -> trees;
    };
  }

  public Backend of(Content content) {
    return of(content.shape());
  }

  /// Both, for a home whose record is not known.
  public List<Backend> all() {
    return List.of(images, trees);
  }

  public Optional<Long> extents(Home home) throws IOException {
    Optional<Long> image = images.extents(home);
    return image.isPresent() ? image : trees.extents(home);
  }

  /// As [Backend#look].
  public void look(boolean here) throws IOException {
    for (Backend backend : all()) {
      backend.look(here);
    }
  }

  /// The volumes that are attached or mounted as this view shows it.
  ///
  /// @param mayHold whether an id can belong to this pool
  public Set<VolumeId> attached(MountView view, Predicate<VolumeId> mayHold) throws IOException {
    Set<VolumeId> ids = new HashSet<>();
    for (Backend backend : all()) {
      backend.attached(view).stream().filter(mayHold).forEach(ids::add);
    }
    return ids;
  }

  /// Which of these mounts show a volume, and which.
  ///
  /// @param mayHold whether an id can belong to this pool
  public Map<Mounts.Entry, VolumeId> shownBy(
      MountView view, Collection<Mounts.Entry> mounts, Predicate<VolumeId> mayHold)
      throws IOException {
    Map<Mounts.Entry, VolumeId> shown = new HashMap<>();
    for (Backend backend : all()) {
      shown.putAll(backend.shownBy(view, mounts));
    }
    shown.values().removeIf(mayHold.negate());
    return shown;
  }
}
