package dev.nook.store.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.store.backend.Nesting;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Confines the subvolumes that pods make in directory volumes to the sizes of those volumes: a pod
/// needs no privilege to make a btrfs subvolume that counts to no quota, or to that of another
/// volume. Each is looked at once.
public final class Confinement {
  /// Bounds what a pod costs that makes files without pause: one look for each pause.
  private static final Duration PAUSE = Duration.ofMillis(5);

  /// The longest time until a stop is noticed.
  private static final Duration SLICE = Duration.ofMillis(50);

  private final Nesting trees;

  @GuardedBy("this")
  private long from;

  public Confinement(Nesting trees) {
    this.trees = trees;
  }

  /// Confines what has been made since the last look. Waits for the disk, so it is for
  /// housekeeping.
  public synchronized void look() throws IOException {
    from = trees.confine(from);
  }

  /// Looks whenever anything is made, for so long; returns early when interrupted.
  public void watch(Duration length) throws IOException, InterruptedException {
    Optional<Subvolumes.Watch> watch = trees.watch();
    if (watch.isEmpty()) {
      Thread.sleep(length);
      return;
    }
    long end = System.nanoTime() + length.toNanos();
    try (Subvolumes.Watch made = watch.get()) {
      look();
      while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
        if (made.await(SLICE)) {
          look();
          Thread.sleep(PAUSE);
        }
      }
    }
  }
}
