package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.driver.cli.Exit;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests a pool whose disk hangs: its filesystem is frozen, and a write to it waits in the kernel.
@RealKernel
@Timeout(120)
class HangingDiskIT {
  private static final Duration POLL = Duration.ofMillis(50);
  private static final String WORKING = "nook_rpc_in_flight{method=\"CreateVolume\"} 1.0";

  @TempDir Path temporary;

  private ChildRig rig;
  private boolean frozen;

  @BeforeEach
  void start() throws IOException {
    rig = new ChildRig(temporary.toRealPath(), FileSystemType.XFS);
    rig.start();
  }

  @AfterEach
  void stop() throws IOException, InterruptedException {
    try {
      thaw();
    } finally {
      rig.close();
    }
  }

  @Test
  void healthAndMetricsAnswerWhileADiskHangs()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Csi.Volume> volume = createOnAFrozenPool();

    assertThat(rig.get("/livez").status()).isEqualTo(200);
    assertThat(rig.get("/readyz").body()).startsWith("kubelet has not asked");
    assertThat(rig.get("/metrics").body())
        .contains(WORKING)
        .contains("nook_pool_open{pool=\"default\"} 1.0");

    thaw();
    rig.client().delete(volume.get(60, TimeUnit.SECONDS).getVolumeId());
  }

  @Test
  void aStopWaitsForTheCallThatRunsAndTakesNoOther()
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<Csi.Volume> volume = createOnAFrozenPool();

    rig.child().destroy();
    while (!rig.get("/readyz").body().startsWith("the driver is stopping")
        || Files.exists(rig.registry().resolve("csi.nook.dev-reg.sock"))) {
      Thread.sleep(POLL);
    }
    assertThat(rig.get("/livez").status()).isEqualTo(200);
    assertThat(rig.child().isAlive()).isTrue();
    thaw();

    assertThat(volume.get(60, TimeUnit.SECONDS).getVolumeId()).isNotEmpty();
    assertThat(rig.terminate()).isEqualTo(Exit.OK);
    rig.start();
    assertThat(rig.listed()).containsExactly(volume.get().getVolumeId());
    rig.client().delete(volume.get().getVolumeId());
  }

  private CompletableFuture<Csi.Volume> createOnAFrozenPool()
      throws IOException, InterruptedException {
    freeze();
    CsiClient client = rig.client();
    var volume =
        CompletableFuture.supplyAsync(
            () -> client.create("v", Kind.BLOCK.bytes(), Kind.BLOCK.capability(), Map.of()));
    while (!rig.get("/metrics").body().contains(WORKING)) {
      Thread.sleep(POLL);
    }
    return volume;
  }

  private void freeze() throws IOException, InterruptedException {
    fsfreeze("--freeze");
    frozen = true;
  }

  private void thaw() throws IOException, InterruptedException {
    if (frozen) {
      fsfreeze("--unfreeze");
      frozen = false;
    }
  }

  private void fsfreeze(String what) throws IOException, InterruptedException {
    Process tool = new ProcessBuilder("fsfreeze", what, rig.pool().toString()).inheritIO().start();
    assertThat(tool.waitFor()).as("fsfreeze %s", what).isZero();
  }
}
