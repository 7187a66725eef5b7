package dev.nook.driver.serve;

import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.LogSetup;
import dev.nook.driver.cli.StopSignal;
import dev.nook.driver.cli.Version;
import dev.nook.linux.Linux;
import dev.nook.store.error.PoolHeld;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Serves CSI until it is stopped.
@Command(name = "serve", description = "Serve CSI on a Unix socket.")
public final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration REGISTRATION_CHECK = Duration.ofSeconds(2);

  @Mixin private ServeFlags flags = new ServeFlags();

  @Override
  public Integer call() throws PoolHeld, IOException, InterruptedException {
    Config config = flags.config();
    LogSetup.forService();
    try (Driver driver = new Driver(config, Linux.host())) {
      driver.start(PATIENCE);
      CountDownLatch stop = StopSignal.latch();
      LOG.atInfo()
          .addKeyValue("endpoint", config.endpoint())
          .addKeyValue("node", config.nodeId())
          .addKeyValue("driver", config.driverName())
          .addKeyValue("version", Version.text())
          .log("serving");
      while (!stop.await(REGISTRATION_CHECK.toMillis(), TimeUnit.MILLISECONDS)) {
        driver.keepRegistered();
      }
      LOG.info("stopping; what is mounted stays mounted");
    }
    return Exit.OK;
  }
}
