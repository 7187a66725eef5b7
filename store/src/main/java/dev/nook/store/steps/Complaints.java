package dev.nook.store.steps;

import java.io.IOException;
import java.util.Optional;

/// Collects what goes wrong in several steps that do not depend on each other.
public final class Complaints {
  /// One step.
  public interface Step {
    void run() throws IOException;
  }

  private Optional<Exception> first = Optional.empty();

  /// Runs a step, and keeps what it throws, so that the next one runs too.
  public void of(Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      if (first.isEmpty()) {
        first = Optional.of(e);
      } else {
        first.get().addSuppressed(e);
      }
    }
  }

  /// Throws what was thrown first, with the others attached; returns when there is nothing.
  public void raise() throws IOException {
    switch (first.orElse(null)) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Exception e -> throw new IllegalStateException(e); // No step throws another kind.
    }
  }
}
