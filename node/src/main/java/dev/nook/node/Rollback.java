package dev.nook.node;

import dev.nook.store.error.StorageException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Undoes what one call has done, last step first, unless the call ends well: a CO takes most
/// errors as final and calls nothing to clean up after them.
final class Rollback implements AutoCloseable {
  interface Step {
    void undo() throws StorageException, IOException;
  }

  private final Deque<Step> steps = new ArrayDeque<>();

  void add(Step step) {
    steps.push(step);
  }

  /// All is well: nothing will be undone.
  void keep() {
    steps.clear();
  }

  /// Runs every step, whatever the ones before it threw.
  @Override
  public void close() throws StorageException, IOException {
    if (!steps.isEmpty()) {
      try (this) {
        steps.pop().undo();
      }
    }
  }
}
