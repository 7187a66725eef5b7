package dev.nook.driver.serve;

import dev.nook.store.PoolUpkeep;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one thread for each pool that confines subvolumes that pods create in volumes within
/// milliseconds; the pool's next sweep finds what it misses.
final class NestedWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NestedWatch.class);

  /// How long a round takes, after which newly opened pools are looked for.
  private static final Duration LENGTH = Duration.ofSeconds(2);

  private static final Duration GRACE = Duration.ofSeconds(1);

  private final PoolUpkeep pools;
  private final LastSaid said = new LastSaid();
  private final List<Thread> threads = new ArrayList<>();

  NestedWatch(PoolUpkeep pools) {
    this.pools = pools;
  }

  void start() {
    for (PoolName pool : pools.names()) {
      threads.add(
          Thread.ofPlatform().daemon().name("nook-nested-" + pool).start(() -> watch(pool)));
    }
  }

  private void watch(PoolName pool) {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        watchFor(pool);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchFor(PoolName pool) throws InterruptedException {
    try {
      pools.watchNested(pool, LENGTH);
      said.forget(pool.toString());
    } catch (IOException | RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
      if (said.isNew(pool.toString(), e.toString())) {
        LOG.error(
            "subvolumes that pods create in volumes of pool {} are found by sweeps only", pool, e);
      }
      Thread.sleep(LENGTH);
    }
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + GRACE.toNanos();
    try {
      for (Thread thread : threads) {
        boolean _ = thread.join(Duration.ofNanos(deadline - System.nanoTime()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
