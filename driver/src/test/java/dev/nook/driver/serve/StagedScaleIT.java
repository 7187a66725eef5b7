package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.id.PoolName;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node with as many staged and published volumes as `NOOK_STAGED_VOLUMES` says, 300 without it:
/// far more loop devices than the 256 that a minor number of eight bits could count, and a kubelet
/// directory whose mounts propagate to a second one, as to a container.
@RealKernel
class StagedScaleIT {
  private static final int STAGED =
      Integer.parseInt(Optional.ofNullable(System.getenv("NOOK_STAGED_VOLUMES")).orElse("300"));

  private static final int CALLERS = 8;
  private static final long EXT4_BYTES = 16L << 20;
  private static final long BLOCK_BYTES = 64L << 10;

  @TempDir Path temporary;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void aNodeFullOfVolumesLivesThroughARestartAndIsEmptied()
      throws ExecutionException, IOException, InterruptedException, PoolHeld {
    try (RealRig rig = new RealRig(temporary.toRealPath(), FileSystemType.XFS)) {
      rig.pools(PoolConfig.of(PoolName.DEFAULT, rig.pool()).withOvercommit(100));
      Path peer = share(rig);
      try {
        rig.start();
        List<Wired> volumes = bringUp(rig);
        requireAllShown(rig, volumes, peer);
        oneMoreLives(rig, "before");

        rig.restart();
        requireAllShown(rig, volumes, peer);
        oneMoreLives(rig, "after");
        each(volumes, volume -> volume.stage().publish()); // They are there already.
        requireAllShown(rig, volumes, peer);

        each(volumes, volume -> volume.unpublish().unstage());
        assertThat(rig.linux.mounts().all())
            .noneMatch(mount -> mount.mountPoint().startsWith(peer.resolve("pod-v0")));
        assertThat(devices(rig, volumes)).isEmpty();
        each(volumes, Wired::delete);
        assertThat(rig.listed()).isEmpty();
      } finally {
        unshare(rig, peer);
      }
    }
  }

  /// Makes the kubelet directory a shared mount with a peer.
  private static Path share(Rig rig) throws IOException {
    Path kubelet = Files.createDirectories(rig.kubelet());
    Path peer = Files.createDirectories(rig.folder.resolve("peer"));
    run("mount", "--bind", kubelet.toString(), kubelet.toString());
    run("mount", "--make-shared", kubelet.toString());
    run("mount", "--bind", kubelet.toString(), peer.toString());
    return peer;
  }

  private static void unshare(Rig rig, Path peer) throws IOException {
    run("umount", peer.toString());
    run("umount", rig.kubelet().toString());
  }

  private static void run(String tool, String... arguments) throws IOException {
    var _ = Processes.run(Command.of(tool, arguments));
  }

  /// Half of them hold ext4, half are raw block.
  private static List<Wired> bringUp(Rig rig)
      throws IOException, InterruptedException, ExecutionException {
    List<Wired> volumes = new ArrayList<>();
    for (int i = 0; i < STAGED; i++) {
      volumes.add(create(rig, "v" + i, i % 2 == 0 ? Kind.EXT4 : Kind.BLOCK));
    }
    each(volumes, volume -> volume.stage().publish());
    return volumes;
  }

  private static Wired create(Rig rig, String name, Kind kind) throws IOException {
    long bytes = kind.files() ? EXT4_BYTES : BLOCK_BYTES;
    Csi.Volume made = rig.client().create(name, bytes, kind.capability(), Map.of());
    return rig.wire(name, kind, made);
  }

  private static void oneMoreLives(Rig rig, String name) throws IOException {
    Wired volume = create(rig, name, Kind.EXT4).stage().publish();
    volume.write(name);
    assertThat(volume.read(name.length())).isEqualTo(name);
    assertThat(volume.totalBytes()).isPositive();
    volume.unpublish().unstage().delete();
  }

  private static void requireAllShown(Rig rig, List<Wired> volumes, Path peer) throws IOException {
    List<Loop> devices = devices(rig, volumes);
    assertThat(devices).hasSize(volumes.size());
    assertThat(devices).extracting(Loop::rdev).doesNotHaveDuplicates();
    for (Loop device : devices) {
      assertThat(rig.linux.disk().stat(device.device()).orElseThrow().rdev())
          .isEqualTo(device.rdev());
    }
    long targets =
        rig.linux.mounts().all().stream()
            .filter(mount -> mount.mountPoint().startsWith(peer))
            .filter(mount -> mount.mountPoint().endsWith("target"))
            .count();
    assertThat(targets).isEqualTo(volumes.size());
  }

  private static List<Loop> devices(Rig rig, List<Wired> volumes) throws IOException {
    List<String> ids = volumes.stream().map(Wired::id).toList();
    return rig.linux.loops().all().stream().filter(loop -> ids.contains(loop.label())).toList();
  }

  private interface Step {
    void take(Wired volume) throws Exception;
  }

  private static void each(List<Wired> volumes, Step step)
      throws InterruptedException, ExecutionException {
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Callable<CsiClient>> calls = new ArrayList<>();
      for (Wired volume : volumes) {
        calls.add(() -> {
          step.take(volume);
          return volume.rig().client();
        });
      }
      for (Future<CsiClient> call : callers.invokeAll(calls)) {
        var _ = call.get();
      }
    }
  }
}
