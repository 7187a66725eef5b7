package dev.nook.driver.serve;

import dev.nook.store.PoolUpkeep;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one thread for each pool, which opens it, reads it and then does its housekeeping: a disk
/// that hangs holds up only its own pool.
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private static final Duration ANSWER = Duration.ofSeconds(10);

  /// How long calls for other pools wait for one that is being read.
  private static final long READING_SECONDS = 30;

  private static final long PAUSE_SECONDS = 2;
  private static final long LOOK_SECONDS = 10;
  private static final long GRACE_SECONDS = 4;
  private static final long RELEASE_SECONDS = 2;

  private final PoolUpkeep pools;
  private final PoolWatch watch;
  private final Duration answer;
  private final Map<PoolName, ScheduledExecutorService> threads = new LinkedHashMap<>();
  private final LastSaid said = new LastSaid();
  private final NestedWatch nested;

  /// The steps of each pool's last sweep that failed.
  private final Map<PoolName, Set<String>> failing = new ConcurrentHashMap<>();

  Housekeeping(PoolUpkeep pools, PoolWatch watch) {
    this(pools, watch, ANSWER);
  }

  /// @param answer how long a start waits for a disk, in addition to the patience with other
  ///   drivers, before it goes on without that pool
  Housekeeping(PoolUpkeep pools, PoolWatch watch, Duration answer) {
    this.pools = pools;
    this.watch = watch;
    this.answer = answer;
    this.nested = new NestedWatch(pools);
    pools.names().forEach(pool -> threads.put(pool, thread(pool)));
  }

  /// Returns a pool's thread. A stop does not wait for tasks that have not begun.
  private static ScheduledExecutorService thread(PoolName pool) {
    var thread =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("nook-pool-" + pool).factory());
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    return thread;
  }

  /// The pools that are being entered.
  interface Entering {
    /// Returns when each pool is entered or closed, but for those whose disk has not answered in
    /// time: they follow when it does.
    void await() throws PoolHeld, InterruptedIOException;
  }

  /// Begins to enter every pool.
  ///
  /// @param patience how long to wait for another driver to release a pool
  Entering enter(Duration patience) {
    Map<PoolName, Future<Boolean>> ways = new LinkedHashMap<>();
    threads.forEach((pool, thread) -> ways.put(pool, thread.submit(() -> enter(pool, patience))));
    long deadline = System.nanoTime() + patience.plus(answer).toNanos();
    return () -> await(ways, deadline);
  }

  private void await(Map<PoolName, Future<Boolean>> ways, long deadline)
      throws PoolHeld, InterruptedIOException {
    try {
      for (var way : ways.entrySet()) {
        await(way.getKey(), way.getValue(), deadline);
      }
    } catch (InterruptedIOException e) {
      ways.values().forEach(way -> way.cancel(true));
      throw e;
    }
    pools.closeTwins();
  }

  private boolean enter(PoolName pool, Duration patience) throws PoolHeld {
    pools.lock(pool, patience);
    return true;
  }

  private static void await(PoolName pool, Future<Boolean> way, long deadline)
      throws PoolHeld, InterruptedIOException {
    try {
      boolean _ = way.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      LOG.warn("pool {} is not waited for any longer; its disk may hang", pool);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PoolHeld held) {
        throw held;
      }
      LOG.error("pool {} was not entered", pool, e.getCause());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted on the way into pool " + pool);
    }
  }

  void start() {
    watch.begin();
    nested.start();
    threads.forEach((pool, thread) -> {
      thread.execute(() -> attempt(pool, "read", () -> tell(pool, pools.scan(pool))));
      var _ =
          thread.scheduleWithFixedDelay(
              () -> attempt(pool, "swept", () -> tell(pool, pools.sweep(pool))),
              PAUSE_SECONDS,
              PAUSE_SECONDS,
              TimeUnit.SECONDS);
      var _ =
          thread.scheduleWithFixedDelay(
              () -> attempt(pool, "looked at", () -> watch.look(pool)),
              0,
              LOOK_SECONDS,
              TimeUnit.SECONDS);
      var _ = thread.schedule(pools::awaitNoOther, READING_SECONDS, TimeUnit.SECONDS);
    });
  }

  private interface Work {
    void run() throws IOException;
  }

  /// Does work, and logs why it failed, once for each new reason. No failure ends work that is
  /// repeated; a full heap ends the process by a JVM flag.
  private void attempt(PoolName pool, String what, Work work) {
    String key = what + " " + pool;
    try {
      work.run();
      said.forget(key);
    } catch (IOException | RuntimeException | Error e) {
      if (said.isNew(key, e.toString())) {
        LOG.error("pool {} was not {}", pool, what, e);
      }
    }
  }

  /// Logs which steps failed, once for each new reason, and the pool's state.
  private void tell(PoolName pool, List<Complaint> complaints) {
    Set<String> now = new HashSet<>();
    for (Complaint complaint : complaints) {
      String key = complaint.step() + " " + pool;
      now.add(key);
      if (said.isNew(key, complaint.cause().toString())) {
        LOG.error("pool {}: {} failed", pool, complaint.step(), complaint.cause());
      }
    }
    Set<String> before = failing.put(pool, now);
    if (before != null) {
      before.stream().filter(key -> !now.contains(key)).forEach(said::forget);
    }
    report(pool);
    reportForeign(pool);
  }

  /// Logs a pool's state, once for each change.
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

  private void reportForeign(PoolName pool) {
    List<Path> foreign = pools.foreign(pool);
    if (!foreign.isEmpty() && said.isNew("foreign " + pool, foreign.toString())) {
      LOG.atWarn()
          .addKeyValue("pool", pool)
          .addKeyValue("entries", foreign.size())
          .log("{} is another pool's; nook doctor names all such entries", foreign.getFirst());
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

  /// Gives running work a while to finish, then releases the locks of every pool, whatever still
  /// hangs: no pool keeps another's. An interrupted thread waits like any other.
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      end();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void end() {
    nested.close();
    threads.values().forEach(ScheduledExecutorService::shutdown);
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(GRACE_SECONDS);
    try {
      for (var thread : threads.entrySet()) {
        if (!thread
            .getValue()
            .awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          LOG.warn("housekeeping of pool {} still runs; its disk may hang", thread.getKey());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      release();
    }
  }

  /// Releases the locks, each on a thread of its own, because closing a file may also wait for its
  /// disk.
  private void release() {
    List<Thread> releasing =
        threads.keySet().stream()
            .map(pool ->
                Thread.ofPlatform()
                    .daemon()
                    .name("nook-release-" + pool)
                    .start(() -> pools.release(pool)))
            .toList();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(RELEASE_SECONDS);
    try {
      for (Thread each : releasing) {
        if (!each.join(Duration.ofNanos(deadline - System.nanoTime()))) {
          LOG.warn("{} still runs; the disk may hang", each.getName());
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
