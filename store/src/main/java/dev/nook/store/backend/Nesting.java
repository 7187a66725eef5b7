package dev.nook.store.backend;

import dev.nook.linux.fs.Subvolumes;
import java.io.IOException;
import java.util.Optional;

/// Keeps subvolumes that writers create in volumes from escaping the volumes' limits.
public interface Nesting {
  /// Confines subvolumes in volumes to the volumes' limits, where they could escape them.
  ///
  /// @param from what the last call returned; 0 at first
  default long confine(long from) throws IOException {
    return from;
  }

  /// Watches for what is created on the pool's filesystem; empty where nothing can escape.
  default Optional<Subvolumes.Watch> watch() throws IOException {
    return Optional.empty();
  }
}
