package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node with as many staged and published volumes as `NOOK_STAGED_VOLUMES` says, 1,000 without
/// it: far more loop devices than the 256 that a minor number of eight bits could count, and a
/// kubelet directory whose mounts propagate to a second one, as to a container.
@RealKernel
class StagedScaleIT {
  private static final int STAGED =
      Integer.parseInt(Optional.ofNullable(System.getenv("NOOK_STAGED_VOLUMES")).orElse("1000"));

  private static final int CALLERS = 8;
  private static final Duration REMOVED = Duration.ofSeconds(15);
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
        var _ = each(volumes, volume -> volume.stage().publish()); // They are there already.
        requireAllShown(rig, volumes, peer);

        Set<String> shown = names(devices(rig, volumes));
        var _ = each(volumes, volume -> volume.unpublish().unstage());
        assertThat(rig.linux.mounts().all())
            .noneMatch(mount -> mount.mountPoint().startsWith(peer.resolve("pod-v0")));
        assertThat(devices(rig, volumes)).isEmpty();
        var _ =
            each(
                volumes,
                volume -> {
                  volume.delete();
                  return volume;
                });
        assertThat(rig.listed()).isEmpty();
        awaitRemoved(shown);
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
    List<Integer> numbers = IntStream.range(0, STAGED).boxed().toList();
    List<Wired> volumes =
        each(numbers, i -> create(rig, "v" + i, i % 2 == 0 ? Kind.EXT4 : Kind.BLOCK));
    return each(volumes, volume -> volume.stage().publish());
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

  /// The devices go in the background, many at a time; one after the other they take 47 s.
  private static void awaitRemoved(Set<String> shown) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + REMOVED.toNanos();
    Set<String> left = left(shown);
    while (!left.isEmpty() && System.nanoTime() < deadline) {
      Thread.sleep(50);
      left = left(shown);
    }
    assertThat(left).isEmpty();
  }

  /// Those of these devices that the host still has, free ones too.
  private static Set<String> left(Set<String> shown) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/sys/block"))) {
      return all.map(path -> path.getFileName().toString())
          .filter(shown::contains)
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> names(List<Loop> devices) {
    return devices.stream()
        .map(loop -> loop.device().getFileName().toString())
        .collect(Collectors.toSet());
  }

  private static List<Loop> devices(Rig rig, List<Wired> volumes) throws IOException {
    List<String> ids = volumes.stream().map(Wired::id).toList();
    return rig.linux.loops().all().stream().filter(loop -> ids.contains(loop.label())).toList();
  }

  private interface Step<A, B> {
    B take(A from) throws IOException;
  }

  private static <A, B> List<B> each(List<A> all, Step<A, B> step)
      throws InterruptedException, ExecutionException {
    try (ExecutorService callers = Executors.newFixedThreadPool(CALLERS)) {
      List<Callable<B>> calls = new ArrayList<>();
      for (A one : all) {
        calls.add(() -> step.take(one));
      }
      List<B> results = new ArrayList<>();
      for (Future<B> call : callers.invokeAll(calls)) {
        results.add(call.get());
      }
      return results;
    }
  }
}
