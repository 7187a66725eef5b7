package dev.nook.store.pool;

import java.io.IOException;
import java.util.Optional;

/// What went wrong in several steps that do not depend on each other.
final class Complaints {
  interface Step {
    void run() throws IOException;
  }

  private Optional<IOException> first = Optional.empty();

  void of(Step step) {
    try {
      step.run();
    } catch (IOException e) {
      if (first.isEmpty()) {
        first = Optional.of(e);
      } else {
        first.get().addSuppressed(e);
      }
    }
  }

  /// Throws the first complaint, with the others attached; nothing when there is none.
  void raise() throws IOException {
    if (first.isPresent()) {
      throw first.get();
    }
  }
}
