package dev.nook.driver.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/// A pod at work in a volume: one thread appends to an [OrderedLog], another churns. They begin at
/// rest.
final class LiveWriters implements AutoCloseable {
  private static final String LOG = "log";
  private static final long SEED = 4;

  /// Between two steps, so that a small machine keeps time for everybody else.
  private static final Duration BREATH = Duration.ofMillis(1);

  private interface Step {
    void take() throws IOException;
  }

  private final OrderedLog log;
  private final Churn churn;
  private final ExecutorService threads = Executors.newFixedThreadPool(2);
  private final List<Future<?>> running;
  private volatile boolean working;
  private volatile boolean stopped;

  LiveWriters(Path volume) throws IOException {
    log = OrderedLog.create(logIn(volume));
    churn = new Churn(volume.resolve("churn"), SEED);
    running = List.of(start(log::append), start(churn::step));
  }

  /// Where the log lies in a volume, or in a copy of it.
  static Path logIn(Path volume) {
    return volume.resolve(LOG);
  }

  private Future<?> start(Step step) {
    return threads.submit(() -> {
      while (!stopped) {
        if (working) {
          step.take();
        }
        LockSupport.parkNanos(BREATH.toNanos());
      }
      return null;
    });
  }

  OrderedLog log() {
    return log;
  }

  /// They go on; returns when each has done a little.
  void work() throws ExecutionException, InterruptedException {
    working = true;
    await(10, 50);
  }

  /// They pause, at most one step later.
  void rest() {
    working = false;
  }

  /// Waits until so much more is done.
  void await(int records, int steps) throws ExecutionException, InterruptedException {
    long record = log.acknowledged() + records;
    long step = churn.steps() + steps;
    while (log.acknowledged() < record || churn.steps() < step) {
      requireAtWork();
      LockSupport.parkNanos(BREATH.toNanos());
    }
  }

  /// Fails with what ended a writer.
  private void requireAtWork() throws ExecutionException, InterruptedException {
    for (Future<?> writer : running) {
      if (writer.isDone()) {
        Object _ = writer.get();
      }
    }
  }

  @Override
  public void close() throws ExecutionException, InterruptedException, IOException {
    stopped = true;
    try (log;
        churn;
        threads) {
      for (Future<?> writer : running) {
        Object _ = writer.get();
      }
    }
  }
}
