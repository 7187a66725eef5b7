package dev.nook.store.backend;

import dev.nook.linux.fs.Subvolumes;
import java.io.IOException;
import java.util.Optional;

/// Keeps what writers nest in volumes from escaping the sizes of those.
public interface Nesting {
  /// Holds what writers nest in volumes to the sizes of those, where they can escape them.
  ///
  /// @param from what the last call has returned; at first 0
  default long confine(long from) throws IOException {
    return from;
  }

  /// Notices whatever is made on the pool's filesystem; empty where nothing escapes.
  default Optional<Subvolumes.Watch> watch() throws IOException {
    return Optional.empty();
  }
}
