package dev.nook.driver;

import dev.nook.linux.Linux;
import dev.nook.store.pool.PoolHeld;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Serves CSI until it is told to stop.
@Command(name = "serve", description = "Serve CSI on a Unix socket.")
final class ServeCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Mixin private ServeFlags flags = new ServeFlags();

  @Override
  public Integer call() throws PoolHeld, IOException, InterruptedException {
    Config config = flags.config();
    LogSetup.forService();
    Driver driver = new Driver(config, Linux.host());
    driver.start(PATIENCE);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(driver), "nook-stop"));
    LOG.atInfo()
        .addKeyValue("endpoint", config.endpoint())
        .addKeyValue("node", config.nodeId())
        .addKeyValue("driver", config.driverName())
        .addKeyValue("version", Main.Version.text())
        .log("serving");
    new CountDownLatch(1).await(); // A signal ends the process, by way of the hook.
    return Exit.OK;
  }

  private static void stop(Driver driver) {
    LOG.info("stopping; what is mounted stays mounted");
    try {
      driver.close();
    } catch (IOException e) {
      LOG.error("not stopped cleanly", e);
    }
  }
}
