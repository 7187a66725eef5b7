package dev.nook.store.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.store.backend.Nesting;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// Holds what writers nest in the volumes of one pool to the sizes of those: a pod needs no
/// privilege to make a btrfs subvolume that counts to no limit, or to another's. What was looked at
/// once stays as it is.
public final class Confinement {
  /// A pod that makes files without pause costs no more than a look each time.
  private static final Duration PAUSE = Duration.ofMillis(5);

  /// How soon a stop is noticed.
  private static final Duration SLICE = Duration.ofMillis(50);

  private final Nesting trees;

  @GuardedBy("this")
  private long from;

  public Confinement(Nesting trees) {
    this.trees = trees;
  }

  /// Only for threads that keep the pool clean: it waits for the disk.
  public synchronized void look() throws IOException {
    from = trees.confine(from);
  }

  /// Looks as soon as anything is made, for so long; returns early when interrupted.
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
