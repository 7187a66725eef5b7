package dev.nook.deploy.cluster;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Waits for what a cluster does in its own time. The limit is there to end a run that hangs: it
/// says nothing about how long anything takes.
final class Await {
  private static final Duration LIMIT = Duration.ofMinutes(8);
  private static final Duration PAUSE = Duration.ofMillis(300);

  private Await() {}

  static void until(String what, BooleanSupplier holds) {
    String _ = until(what, () -> holds.getAsBoolean() ? "yes" : "no", "yes"::equals);
  }

  /// The first value that is wanted; fails naming the last that was not.
  static <T> T until(String what, Supplier<T> value, Predicate<T> wanted) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      T now = value.get();
      if (wanted.test(now)) {
        return now;
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("waited in vain until %s; last seen: %s".formatted(what, now));
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
