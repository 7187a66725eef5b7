package dev.nook.store.steps;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Lets one thread at a time work on each of several things, for as long as its disk takes. Threads
/// that work on different things do not wait for each other.
public final class Holds<I> {
  @GuardedBy("this")
  private final Set<I> held = new HashSet<>();

  /// One thing that is held. Closing it lets the next thread have it.
  public final class Hold implements AutoCloseable {
    private final I id;

    private Hold(I id) {
      this.id = id;
    }

    @Override
    public void close() {
      synchronized (Holds.this) {
        held.remove(id);
        Holds.this.notifyAll();
      }
    }
  }

  /// Waits until no other thread holds it, and holds it.
  public synchronized Hold take(I id) throws InterruptedIOException {
    try {
      while (!held.add(id)) {
        wait();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another call worked on " + id);
    }
    return new Hold(id);
  }

  /// Holds it; empty while another thread does.
  public synchronized Optional<Hold> tryTake(I id) {
    return held.add(id) ? Optional.of(new Hold(id)) : Optional.empty();
  }
}
