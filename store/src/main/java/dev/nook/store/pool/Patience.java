package dev.nook.store.pool;

import java.io.InterruptedIOException;
import java.time.Duration;

/// How much longer somebody waits.
final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final long until;

  Patience(Duration length) {
    until = System.nanoTime() + length.toNanos();
  }

  /// Waits a little; false when it has waited long enough.
  boolean pause() throws InterruptedIOException {
    if (System.nanoTime() - until >= 0) {
      return false;
    }
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a lock");
    }
    return true;
  }
}
