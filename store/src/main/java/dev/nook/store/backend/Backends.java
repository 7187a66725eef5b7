package dev.nook.store.backend;

import dev.nook.store.Content;
import dev.nook.store.Shape;
import dev.nook.store.record.Home;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

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
}
