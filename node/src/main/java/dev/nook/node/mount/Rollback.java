package dev.nook.node.mount;

import dev.nook.store.error.StorageException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Undoes what a call has done, last step first, unless the call succeeds: a CO takes most errors
/// as final and does not clean up after them.
public final class Rollback implements AutoCloseable {
  public interface Step {
    void undo() throws StorageException, IOException;
  }

  private final Deque<Step> steps = new ArrayDeque<>();

  public void add(Step step) {
    steps.push(step);
  }

  /// Keeps everything: the call has succeeded.
  public void keep() {
    steps.clear();
  }

  /// Undoes every step, whatever the ones before threw.
  @Override
  public void close() throws StorageException, IOException {
    if (!steps.isEmpty()) {
      try (this) {
        steps.pop().undo();
      }
    }
  }
}
