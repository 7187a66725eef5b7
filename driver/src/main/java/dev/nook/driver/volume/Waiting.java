package dev.nook.driver.volume;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Says to a person how long the driver has been at work, while it is; a short wait needs no word.
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
              err.println("nook: the driver is at work on a copy, for %d s now".formatted(seconds));
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
