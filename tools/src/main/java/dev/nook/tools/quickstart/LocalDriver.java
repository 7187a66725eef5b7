package dev.nook.tools.quickstart;

import dev.nook.client.CsiClient;
import dev.nook.driver.cli.DriverNameFlag;
import dev.nook.driver.cli.VolumeLimit;
import dev.nook.driver.serve.Config;
import dev.nook.driver.serve.Driver;
import dev.nook.rpc.Features;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// A driver in this process and its client, which talk over a socket in one folder.
public final class LocalDriver implements AutoCloseable {
  private static final Duration READY_POLL = Duration.ofMillis(20);

  private final CleanRun run;
  private final Driver driver;
  private final CsiClient client;

  private LocalDriver(CleanRun run, Driver driver, CsiClient client) {
    this.run = run;
    this.driver = driver;
    this.client = client;
  }

  /// Starts a driver and returns when it serves all calls.
  public static LocalDriver start(CleanRun run, LocalFolder folder, List<PoolConfig> pools)
      throws PoolHeld, IOException, InterruptedException {
    return of(run, folder, started(folder, pools));
  }

  /// Starts a driver whose client is made later. Every thread of the driver descends from the
  /// calling thread.
  public static Driver started(LocalFolder folder, List<PoolConfig> pools)
      throws PoolHeld, IOException {
    var config =
        new Config(
            folder.endpoint(),
            "local",
            pools,
            DriverNameFlag.DEFAULT,
            new VolumeLimit.Fixed(VolumeLimit.MOST),
            new Features(false, false),
            folder.kubelet(),
            Optional.empty(),
            Optional.empty());
    Driver driver = new Driver(config, folder.linux());
    driver.start(Duration.ZERO);
    return driver;
  }

  /// Makes the client of a started driver and returns when that serves all calls.
  public static LocalDriver of(CleanRun run, LocalFolder folder, Driver driver)
      throws IOException, InterruptedException {
    var local = new LocalDriver(run, driver, new CsiClient(folder.endpoint().socket()));
    try {
      while (!local.client.ready()) {
        Thread.sleep(READY_POLL);
      }
    } catch (InterruptedException | RuntimeException e) {
      local.close();
      throw e;
    }
    return local;
  }

  public CsiClient client() {
    return client;
  }

  /// Stops the driver. An interrupt does not cut short what the driver still has to finish.
  @Override
  public void close() throws IOException {
    run.endInterrupts();
    client.close();
    driver.close();
  }
}
