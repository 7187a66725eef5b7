package dev.nook.store.backend;

import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import java.util.List;

/// The two ways to hold a volume in one pool, as far as one port of theirs is concerned.
///
/// @param images volumes in image files
/// @param trees volumes that are directories of the pool's filesystem
public record Backends<P>(P images, P trees) {
  public P of(Shape shape) {
    return switch (shape) {
      case Shape.Raw _, Shape.Formatted _ -> images;
      case Shape.Tree _ -> trees;
    };
  }

  public P of(Content content) {
    return of(content.shape());
  }

  /// Returns both, for a home whose record is not known.
  public List<P> all() {
    return List.of(images, trees);
  }
}
