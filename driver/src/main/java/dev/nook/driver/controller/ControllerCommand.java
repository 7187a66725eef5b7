package dev.nook.driver.controller;

import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.LogSetup;
import dev.nook.driver.cli.StopSignal;
import dev.nook.driver.cli.Version;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// Routes the calls of a cluster to its nodes until it is stopped.
@Command(
    name = "controller",
    description = {
      "Serve the Controller calls of a whole cluster on a Unix socket: each is handed to the node",
      "of the volume. Holds no state and no pool."
    })
public final class ControllerCommand implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ControllerCommand.class);

  @Mixin private ControllerFlags flags = new ControllerFlags();

  @Override
  public Integer call() throws IOException, InterruptedException {
    ControllerConfig config = flags.config();
    LogSetup.forService();
    try (var controller =
        new ClusterController(config, () -> new KubernetesClientBuilder().build())) {
      controller.start();
      CountDownLatch stop = StopSignal.latch();
      LOG.atInfo()
          .addKeyValue("endpoint", config.endpoint())
          .addKeyValue("driver", config.driverName())
          .addKeyValue("version", Version.text())
          .log("serving");
      stop.await();
      LOG.info("stopping");
    }
    return Exit.OK;
  }
}
