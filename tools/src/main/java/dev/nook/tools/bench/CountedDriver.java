package dev.nook.tools.bench;

import dev.nook.driver.serve.Driver;
import dev.nook.store.PoolConfig;
import dev.nook.tools.quickstart.CleanRun;
import dev.nook.tools.quickstart.LocalDriver;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// A driver whose threads are counted, and no other of this process: they all descend from one
/// thread, and those of its client do not.
final class CountedDriver implements AutoCloseable {
  private final ExecutorService ancestor = Executors.newSingleThreadExecutor();
  private Optional<DriverCounters> counters = Optional.empty();
  private String uncounted = "";

  /// Starts the driver, counted where this host allows it.
  LocalDriver start(CleanRun run, LocalFolder folder, List<PoolConfig> pools)
      throws IOException, InterruptedException, ExecutionException {
    Driver driver =
        ancestor
            .submit(() -> {
              count();
              return LocalDriver.started(folder, pools);
            })
            .get();
    return LocalDriver.of(run, folder, driver);
  }

  private void count() {
    try {
      counters = Optional.of(DriverCounters.ofThisThread());
    } catch (IOException e) {
      uncounted = String.valueOf(e.getMessage());
    }
  }

  /// What counts it; empty where this host does not let it be counted.
  Optional<DriverCounters> counters() {
    return counters;
  }

  /// Why it is not counted.
  String uncounted() {
    return uncounted;
  }

  @Override
  public void close() throws IOException {
    ancestor.shutdown();
    if (counters.isPresent()) {
      counters.get().close();
    }
  }
}
