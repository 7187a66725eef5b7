package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.health.PoolLimits;
import dev.nook.store.id.PoolName;
import dev.nook.testing.real.RealKernel;
import io.grpc.Status;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many volumes, and a pool that takes its time.
@RealKernel
class ScaleIT {
  private static final int CLIENTS = 8;

  @TempDir Path temporary;

  @Test
  void aThousandVolumesAreCreatedListedRestartedAndDeleted()
      throws ExecutionException, IOException, InterruptedException, PoolHeld {
    try (Rig rig = new RealRig(temporary.toRealPath(), FileSystemType.XFS).start()) {
      List<String> ids = create(rig.client(), 1000);
      assertThat(ids).doesNotHaveDuplicates();
      assertThat(listed(rig.client())).containsExactlyInAnyOrderElementsOf(ids);

      rig.restart();
      assertThat(listed(rig.client())).containsExactlyInAnyOrderElementsOf(ids);

      each(
          ids.size(),
          i -> {
            rig.client().delete(ids.get(i));
            return "";
          });
      assertThat(listed(rig.client())).isEmpty();
    }
  }

  @Test
  void nodeCallsAreAnsweredWhileAPoolOfTenThousandIsStillRead()
      throws ExecutionException, IOException, InterruptedException, PoolHeld {
    try (ChildRig rig = new ChildRig(temporary.toRealPath(), FileSystemType.XFS)) {
      rig.pools(PoolConfig.of(PoolName.DEFAULT, rig.pool()).withLimits(new PoolLimits(10_001, 1)));
      var pause = new Pause(5_000);
      rig.give(with(rig.linux, unsynced(rig.linux.disk())));
      rig.startUnready();
      rig.awaitReady();
      Wired volume = rig.create("v", Kind.XFS);
      List<String> ids = create(rig.client(), 10_000);
      rig.stop();
      rig.give(with(rig.linux, pause.over(rig.linux.disk())));

      rig.startUnready();
      pause.reached.await();
      CsiClient client = rig.client();

      assertThat(client.ready()).isFalse();
      Conformance.assertCode(Status.Code.UNAVAILABLE, () -> client.delete(ids.getFirst()));
      assertThat(client.node().nodeGetInfo(Csi.NodeGetInfoRequest.getDefaultInstance()).getNodeId())
          .isEqualTo("node-a");
      volume.stage().publish().write("while it is read");
      assertThat(volume.totalBytes()).isPositive();
      Conformance.assertCode(Status.Code.UNAVAILABLE, volume::expand);
      volume.unpublish().unstage();
      assertThat(client.ready()).isFalse();

      pause.over.countDown();
      rig.awaitReady();
      assertThat(listed(client)).hasSize(ids.size() + 1).containsAll(ids);

      rig.stop();
      rig.start(); // In a process with the heap that a node gives it.
      assertThat(listed(rig.client())).hasSize(ids.size() + 1);
      volume.stage().publish().unpublish().unstage();
    }
  }

  /// Stops whoever reads a pool at its n-th record until [#over].
  private static final class Pause {
    final CountDownLatch reached = new CountDownLatch(1);
    final CountDownLatch over = new CountDownLatch(1);
    private final AtomicInteger left;

    Pause(int records) {
      left = new AtomicInteger(records);
    }

    Disk over(Disk disk) {
      return port(
          disk,
          method -> {
            boolean scans = Thread.currentThread().getName().startsWith("nook-pool-");
            if (scans && method.equals("read") && left.decrementAndGet() == 0) {
              reached.countDown();
              over.await();
            }
            return true;
          });
    }
  }

  private interface Before {
    /// Whether the call goes on to the disk.
    boolean call(String method) throws InterruptedException;
  }

  /// Ten thousand volumes are made to be counted, not to survive a power cut.
  private static Disk unsynced(Disk disk) {
    return port(disk, method -> !method.equals("sync"));
  }

  private static Disk port(Disk disk, Before before) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (_, method, arguments) -> {
              try {
                return before.call(method.getName()) ? method.invoke(disk, arguments) : null;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Linux with(Linux linux, Disk disk) {
    return linux.with(disk);
  }

  private static List<String> create(CsiClient client, int volumes)
      throws ExecutionException, InterruptedException {
    return each(
        volumes,
        i -> client.create("v" + i, 64 << 10, Kind.BLOCK.capability(), Map.of()).getVolumeId());
  }

  private static List<String> each(int count, IntFunction<String> work)
      throws ExecutionException, InterruptedException {
    try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<String>> running = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        running.add(clients.submit(() -> work.apply(number)));
      }
      List<String> results = new ArrayList<>();
      for (Future<String> result : running) {
        results.add(result.get());
      }
      return results;
    }
  }

  private static List<String> listed(CsiClient client) {
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      var page =
          client
              .controller()
              .listVolumes(Csi.ListVolumesRequest.newBuilder().setStartingToken(token).build());
      page.getEntriesList().forEach(entry -> ids.add(entry.getVolume().getVolumeId()));
      token = page.getNextToken();
    } while (!token.isEmpty());
    return ids;
  }
}
