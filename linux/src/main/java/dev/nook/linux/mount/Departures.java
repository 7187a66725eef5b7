package dev.nook.linux.mount;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// The mount points that this process is unmounting. A caller that wants to hold one waits a
/// moment, because otherwise a sequence of readers could keep the mount for ever.
final class Departures {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition over = lock.newCondition();
  private final List<Path> leaving = new ArrayList<>();

  void begin(Path mountPoint) {
    lock.lock();
    try {
      leaving.add(mountPoint);
    } finally {
      lock.unlock();
    }
  }

  void end(Path mountPoint) {
    lock.lock();
    try {
      leaving.remove(mountPoint);
      over.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// Waits until nothing is being unmounted there, or for this long, because the unmount may hang.
  void await(Path mountPoint, Duration atMost) {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (left > 0 && leaving.contains(mountPoint)) {
        left = over.awaitNanos(left);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // The caller stops at its next wait.
    } finally {
      lock.unlock();
    }
  }
}
