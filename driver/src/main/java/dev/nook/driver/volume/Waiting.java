package dev.nook.driver.volume;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Prints how long the driver has been working, if that takes more than a moment.
final class Waiting implements AutoCloseable {
  private static final long FIRST_SECONDS = 2;
  private static final long PERIOD_SECONDS = 10;

  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("nook-waiting").factory());

  Waiting(PrintWriter err) {
    long begun = System.nanoTime();
    var _ =
        clock.scheduleAtFixedRate(
            () -> {
              long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun);
              err.println(
                  "nook: the driver has been working on a copy for %d s".formatted(seconds));
              err.flush();
            },
            FIRST_SECONDS,
            PERIOD_SECONDS,
            TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
