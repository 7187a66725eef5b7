package dev.nook.store.steps;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InterruptedIOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Things that one thread at a time works on, for as long as its disk takes. Whoever works on
/// another one does not wait.
public final class Holds<I> {
  @GuardedBy("this")
  private final Set<I> held = new HashSet<>();

  /// One that is held. Closing it lets the next one have it.
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

  /// Waits until nobody else holds it.
  public synchronized Hold take(I id) throws InterruptedIOException {
    try {
      while (!held.add(id)) {
        wait();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while another call works on " + id);
    }
    return new Hold(id);
  }

  /// Empty while somebody else holds it.
  public synchronized Optional<Hold> tryTake(I id) {
    return held.add(id) ? Optional.of(new Hold(id)) : Optional.empty();
  }
}
