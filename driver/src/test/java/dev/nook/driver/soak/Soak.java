package dev.nook.driver.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;

/// Runs the soak in rounds: actors call, a killer kills, a checker compares. Each round ends with a
/// driver that was left alone for a while and must then hold no more resources than a new one.
final class Soak {
  private static final int ACTORS = 4;
  private static final Duration ROUND = Duration.ofSeconds(60);

  /// The share of each round in which the driver is killed; in the rest it lives on, so that leaks
  /// can grow.
  private static final double KILLING = 0.6;

  /// Longer than an idle thread lives.
  private static final Duration IDLE = Duration.ofSeconds(75);

  private static final int MOST_MILLIS_BETWEEN_KILLS = 3_000;

  private final Random random;
  private final Tally tally = new Tally();
  private final Model model = new Model();
  private final Ground ground;
  private final SoakDriver driver;
  private final Calls calls;
  private final Checker checker;
  private final List<Actor> actors = new ArrayList<>();

  /// The resources of the last driver when it was new and idle.
  private Holdings fresh = new Holdings(0, 0, 0);

  Soak(Ground ground, SoakDriver driver, long seed) {
    this.ground = ground;
    this.driver = driver;
    random = new Random(seed);
    calls = new Calls(driver, tally);
    var pod = new Pod(ground.folder.resolve("kubelet"), calls, tally);
    var volumes = new VolumeCalls(calls, model, pod);
    var cuts = new SnapshotCalls(calls, model, pod, tally);
    checker = new Checker(ground, model, pod);
    for (int i = 0; i < ACTORS; i++) {
      actors.add(new Actor(i, seed, volumes, cuts));
    }
  }

  Tally tally() {
    return tally;
  }

  void run(Duration duration) throws IOException, InterruptedException, ExecutionException {
    driver.start();
    Ledger empty = Ledger.of(driver, driver.started());
    fresh = driver.holdings();
    long end = System.nanoTime() + duration.toNanos();
    while (System.nanoTime() < end) {
      long left = Math.min(end - System.nanoTime(), ROUND.toNanos());
      round(System.nanoTime() + (long) (left * KILLING), System.nanoTime() + left);
      rest();
    }
    together(actor -> {
      actor.ending().finish();
      return 0;
    });
    ground.awaitEmptyTrash();
    restart();
    checker.check(driver.client());
    assertThat(Ledger.of(driver, driver.started())).as("ledger of emptied pools").isEqualTo(empty);
    assertThat(driver.terminate()).as("exit code").isZero();
  }

  private void round(long killsEnd, long end)
      throws IOException, InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(ACTORS)) {
      List<Future<Integer>> running = new ArrayList<>();
      actors.forEach(actor -> running.add(threads.submit(actor)));
      try {
        while (System.nanoTime() < end && running.stream().noneMatch(Future::isDone)) {
          Thread.sleep(200 + random.nextInt(MOST_MILLIS_BETWEEN_KILLS));
          driver.requireAlive();
          if (System.nanoTime() < killsEnd) {
            kill();
          }
        }
      } finally {
        actors.forEach(Actor::end);
      }
      for (Future<Integer> actor : running) {
        assertThat(actor.get()).isPositive();
      }
    }
  }

  private void kill() throws IOException, InterruptedException {
    driver.kill();
    Lock standstill = calls.standstill();
    standstill.lock();
    try {
      driver.disconnect();
      driver.start();
      tally.kills.incrementAndGet();
      checker.check(driver.client());
    } finally {
      standstill.unlock();
    }
  }

  /// Checks that a driver that was left alone holds what a new one holds, and that nothing was in
  /// its memory alone.
  private void rest() throws IOException, InterruptedException {
    checker.check(driver.client());
    ground.awaitEmptyTrash();
    checker.requireSwept();
    Ledger remembered = Ledger.of(driver, System.nanoTime());
    Holdings old = settled();
    restart();
    checker.check(driver.client());
    assertThat(Ledger.of(driver, driver.started()))
        .as("the ledger, read from disk again")
        .isEqualTo(remembered);
    fresh = driver.holdings();
    System.out.printf("soak: %s; held before a restart %s, after %s%n", tally, old, fresh);
    assertThat(old.isLike(fresh)).as("%s is what a new driver holds: %s", old, fresh).isTrue();
  }

  /// Measures the driver when its pools' idle threads, which live for a minute, have ended.
  private Holdings settled() throws IOException, InterruptedException {
    long end = System.nanoTime() + IDLE.toNanos();
    Holdings now = driver.holdings();
    while (!now.isLike(fresh) && System.nanoTime() < end) {
      Thread.sleep(1_000);
      now = driver.holdings();
    }
    return now;
  }

  private void restart() throws IOException, InterruptedException {
    assertThat(driver.terminate()).as("exit code").isZero();
    driver.start();
  }

  private interface Work {
    int on(Actor actor) throws IOException, InterruptedException;
  }

  private void together(Work work) throws InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(ACTORS)) {
      List<Future<Integer>> running = new ArrayList<>();
      actors.forEach(actor -> running.add(threads.submit(() -> work.on(actor))));
      for (Future<Integer> actor : running) {
        assertThat(actor.get()).isZero();
      }
    }
  }
}
