package dev.nook.driver.serve;

import dev.nook.store.PoolUpkeep;
import dev.nook.store.health.PoolSample;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/// Keeps what was last seen of each pool, for readers that must not wait for a disk. The pool's own
/// thread looks; if it hangs, the age of what it saw grows.
final class PoolWatch {
  /// @param at of [System#nanoTime]
  private record Sighting(PoolSample sample, long at) {}

  /// @param age since it was seen
  record Seen(PoolSample sample, Duration age) {}

  private final PoolUpkeep pools;
  private final IntSupplier limit;
  private final Map<PoolName, Sighting> sightings = new ConcurrentHashMap<>();
  private volatile int mostVolumes;

  /// @param limit how many volumes may be staged on this node; may read a file
  PoolWatch(PoolUpkeep pools, IntSupplier limit) {
    this.pools = pools;
    this.limit = limit;
  }

  /// Notes what is known of every pool before anything is read.
  void begin() {
    for (PoolName pool : pools.names()) {
      note(pool, PoolSample.of(pools.status(pool), 0));
    }
    mostVolumes = limit.getAsInt();
  }

  /// Looks at a pool, and may wait for its disk.
  void look(PoolName pool) throws IOException {
    note(pool, pools.sample(pool));
    mostVolumes = limit.getAsInt();
  }

  Map<PoolName, Seen> seen() {
    Map<PoolName, Seen> seen = new TreeMap<>((a, b) -> a.text().compareTo(b.text()));
    long now = System.nanoTime();
    sightings.forEach(
        (pool, last) -> seen.put(pool, new Seen(last.sample, Duration.ofNanos(now - last.at))));
    return seen;
  }

  /// Returns what was last seen of a pool; before the first look, what memory knows.
  Seen seen(PoolName pool) {
    Sighting last = sightings.get(pool);
    return last == null
        ? new Seen(PoolSample.of(pools.status(pool), 0), Duration.ZERO)
        : new Seen(last.sample, Duration.ofNanos(System.nanoTime() - last.at));
  }

  int mostVolumes() {
    return mostVolumes;
  }

  private void note(PoolName pool, PoolSample sample) {
    sightings.put(pool, new Sighting(sample, System.nanoTime()));
  }
}
