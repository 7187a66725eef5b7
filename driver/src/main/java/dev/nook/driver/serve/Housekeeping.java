package dev.nook.driver.serve;

import dev.nook.store.PoolName;
import dev.nook.store.PoolStatus;
import dev.nook.store.PoolStatus.Health;
import dev.nook.store.pool.Pools;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One thread for each pool, which reads it and then keeps it clean: a disk that hangs holds up its
/// own pool and no other.
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final long PAUSE_SECONDS = 2;
  private static final long LOOK_SECONDS = 10;
  private static final long GRACE_SECONDS = 4;

  private final Pools pools;
  private final PoolWatch watch;
  private final List<ScheduledExecutorService> threads = new ArrayList<>();
  private final LastSaid said = new LastSaid();

  Housekeeping(Pools pools, PoolWatch watch) {
    this.pools = pools;
    this.watch = watch;
  }

  void start() {
    watch.begin();
    for (PoolName pool : pools.names()) {
      ScheduledExecutorService thread =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().daemon().name("nook-pool-" + pool).factory());
      threads.add(thread);
      thread.execute(() -> {
        pools.scan(pool);
        report(pool);
      });
      var _ =
          thread.scheduleWithFixedDelay(
              () -> sweep(pool), PAUSE_SECONDS, PAUSE_SECONDS, TimeUnit.SECONDS);
      var _ = thread.scheduleWithFixedDelay(() -> look(pool), 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void sweep(PoolName pool) {
    attempt(pool, "swept", () -> pools.sweep(pool));
    report(pool);
  }

  private void look(PoolName pool) {
    attempt(pool, "looked at", () -> watch.look(pool));
  }

  private interface Work {
    void run() throws IOException;
  }

  /// Says why something could not be done, once for each new reason.
  private void attempt(PoolName pool, String what, Work work) {
    String key = what + " " + pool;
    try {
      work.run();
      said.forget(key);
    } catch (IOException | RuntimeException e) {
      if (said.isNew(key, e.toString())) {
        LOG.error("pool {} was not {}", pool, what, e);
      }
    }
  }

  /// Says what has become of a pool, once for each time that it changes.
  private void report(PoolName name) {
    PoolStatus pool = pools.status(name);
    String health = words(pool.health());
    if (said.isNew("health " + name, health)) {
      var event = pool.health() instanceof Health.Open ? LOG.atInfo() : LOG.atWarn();
      event
          .addKeyValue("pool", name)
          .addKeyValue("path", pool.path())
          .addKeyValue("volumes", pool.volumes())
          .addKeyValue("quarantined", pool.quarantined())
          .addKeyValue("available", pool.availableBytes())
          .log("pool is {}", health);
    }
  }

  static String words(Health health) {
    return switch (health) {
      case Health.Starting _ -> "starting";
      case Health.Open _ -> "open";
      case Health.Degraded(String why) -> "degraded: " + why;
      case Health.Closed(String why) -> "closed: " + why;
    };
  }

  @Override
  public void close() {
    threads.forEach(ScheduledExecutorService::shutdown);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
    try {
      for (ScheduledExecutorService thread : threads) {
        if (!thread.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          LOG.warn("a pool's housekeeping still runs; its disk may hang");
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
