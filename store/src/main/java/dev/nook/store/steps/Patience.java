package dev.nook.store.steps;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;

/// A bound on how long a caller waits, for several things one after the other.
public final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final long until;

  public Patience(Duration length) {
    until = System.nanoTime() + length.toNanos();
  }

  public boolean isOver() {
    return System.nanoTime() - until >= 0;
  }

  /// Waits 100 ms; false, without waiting, when the time is over.
  public boolean pause() throws InterruptedIOException {
    if (isOver()) {
      return false;
    }
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException _) {
      throw interrupted();
    }
    return true;
  }

  /// Waits for a lock; false, and the lock is not held, when the time is over.
  public boolean lock(Lock lock) throws InterruptedIOException {
    try {
      return lock.tryLock(until - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      throw interrupted();
    }
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for a lock");
  }
}
