package dev.nook.driver.soak;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a driver says that its pools are charged. What images on btrfs keep beside their size is
/// measured when a copy is deleted and when a driver starts, and not in between, so a btrfs pool's
/// charge is compared only when the pool is empty.
record Ledger(Map<String, Double> figures) {
  private static final int LOOKS = 60;

  /// Waits until housekeeping has looked at the pools again, which it does every ten seconds.
  ///
  /// @param since of [System#nanoTime]; figures from before are too old
  static Ledger of(SoakDriver driver, long since) throws IOException, InterruptedException {
    for (int look = 0; look < LOOKS; look++) {
      Thread.sleep(500);
      double age = 0;
      double open = 0;
      for (String pool : Ground.POOLS) {
        age = Math.max(age, metric(driver, "status_age_seconds", pool));
        open += metric(driver, "open", pool);
      }
      // The metrics may be a second old.
      if (age < (System.nanoTime() - since) / 1e9 - 1 && open == Ground.POOLS.size()) {
        return read(driver);
      }
    }
    throw new AssertionError("nobody has looked at the pools for half a minute");
  }

  private static Ledger read(SoakDriver driver) throws IOException {
    Map<String, Double> figures = new LinkedHashMap<>();
    for (String pool : Ground.POOLS) {
      boolean settled = !pool.equals("btrfs") || isEmpty(driver, pool);
      for (String figure :
          new String[] {"charged_bytes", "trash_bytes", "volumes", "snapshots", "quarantined"}) {
        if (settled || !figure.equals("charged_bytes")) {
          figures.put(pool + " " + figure, metric(driver, figure, pool));
        }
      }
    }
    return new Ledger(figures);
  }

  private static boolean isEmpty(SoakDriver driver, String pool) throws IOException {
    return metric(driver, "volumes", pool) + metric(driver, "snapshots", pool) == 0;
  }

  private static double metric(SoakDriver driver, String name, String pool) throws IOException {
    return driver.metric("nook_pool_%s{pool=\"%s\"}".formatted(name, pool));
  }
}
