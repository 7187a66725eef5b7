package dev.nook.driver.serve;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.DSYNC;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.client.CsiClient;
import dev.nook.driver.cli.Exit;
import dev.nook.driver.serve.Rig.Wired;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.PoolHeld;
import dev.nook.testing.real.RealKernel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests that a driver process may end at any moment, in any way.
@RealKernel
class RestartIT {
  private static final String TEXT = "what the pod wrote";
  private static final int WRITERS = 4;
  private static final int KILLS = 6;
  private static final Duration POLL = Duration.ofMillis(50);

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource
  void volumesGoOnWhenTheDriverIsKilledAndItsSuccessorKnowsThem(Kind kind)
      throws IOException, InterruptedException, PoolHeld {
    try (ChildRig rig = new ChildRig(temporary.toRealPath(), kind.pool())) {
      rig.start();
      Wired volume = rig.create("v", kind).stage().publish();
      volume.write(TEXT);

      rig.kill();
      assertThat(volume.read(TEXT.length())).isEqualTo(TEXT);
      volume.write(TEXT.toUpperCase(Locale.ROOT));
      rig.start();

      assertThat(rig.listed()).containsExactly(volume.id());
      assertThat(volume.totalBytes()).isPositive();
      volume.stage().publish();
      assertThat(rig.linux.mounts().at(volume.target())).hasSize(1);
      volume.unpublish().unstage().stage().publish();
      assertThat(volume.read(TEXT.length())).isEqualTo(TEXT.toUpperCase(Locale.ROOT));
      volume.unpublish().unstage().delete();
    }
  }

  @Test
  void noAcknowledgedVolumeIsLostWhenTheDriverIsKilledAmidCreates()
      throws IOException, InterruptedException, PoolHeld {
    try (ChildRig rig = new ChildRig(temporary.toRealPath(), FileSystemType.XFS)) {
      rig.start();
      Map<String, String> acknowledged = new ConcurrentHashMap<>();
      CountDownLatch enough = new CountDownLatch(20);
      Set<String> asked = ConcurrentHashMap.newKeySet();
      ExecutorService writers = Executors.newFixedThreadPool(WRITERS);
      CsiClient client = rig.client();
      for (int writer = 0; writer < WRITERS; writer++) {
        String prefix = "w%d-".formatted(writer);
        writers.execute(() -> createUntilKilled(client, prefix, asked, acknowledged, enough));
      }

      assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
      rig.kill();
      writers.shutdown();
      assertThat(writers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      rig.start();

      assertThat(rig.listed()).containsAll(acknowledged.values());
      assertThat(rig.pool().resolve("staging")).isEmptyDirectory();
      for (String name : asked) {
        String id = create(rig.client(), name);
        assertThat(id).isEqualTo(acknowledged.getOrDefault(name, id));
        rig.client().delete(id);
      }
      assertThat(rig.listed()).isEmpty();
    }
  }

  @Test
  void whatWasUnderWayWhenTheDriverWasKilledIsDoneOnceWhenItIsAskedAgain()
      throws IOException, InterruptedException, ExecutionException, PoolHeld {
    try (ChildRig rig = new ChildRig(temporary.toRealPath(), FileSystemType.XFS)) {
      rig.start();
      AtomicInteger answered = new AtomicInteger();
      AtomicBoolean over = new AtomicBoolean();
      List<Future<Integer>> pods = new ArrayList<>();
      ExecutorService callers = Executors.newFixedThreadPool(WRITERS);
      for (int i = 0; i < WRITERS; i++) {
        Caller caller = new Caller(rig, "p%d".formatted(i), answered);
        pods.add(callers.submit(() -> caller.callUntil(over)));
      }

      Random moments = new Random(3);
      for (int i = 0; i < KILLS; i++) {
        int enough = answered.get() + 4 + moments.nextInt(16);
        while (answered.get() < enough && pods.stream().noneMatch(Future::isDone)) {
          Thread.onSpinWait();
        }
        rig.kill();
        rig.start();
      }
      over.set(true);

      callers.shutdown();
      for (Future<Integer> pod : pods) {
        assertThat(pod.get()).isPositive();
      }
      assertThat(rig.listed()).isEmpty();
      assertThat(rig.pool().resolve("staging")).isEmptyDirectory();
    }
  }

  @Test
  void aSecondDriverOnAPoolWaitsAndThenNamesTheFirst()
      throws IOException, InterruptedException, PoolHeld {
    try (ChildRig rig = new ChildRig(temporary.toRealPath(), FileSystemType.XFS)) {
      Files.createDirectories(rig.registry());
      Process first = rig.serve(rig.folder.resolve("first.sock"));
      try (CsiClient client = new CsiClient(rig.folder.resolve("first.sock"))) {
        boolean _ = client.ready(); // It listens, so it holds the lock.
      }

      Process second = rig.serve(rig.folder.resolve("second.sock"));

      assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(second.exitValue()).isEqualTo(Exit.HELD);
      assertThat(rig.folder.resolve("second.sock")).doesNotExist();
      try (var kubelet = new Kubelet(registration(rig))) {
        assertThat(kubelet.asks().getEndpoint()).endsWith("/first.sock");
      }
      assertThat(rig.log())
          .anyMatch(line -> line.contains("pool default is held by process " + first.pid()));
      first.destroy();
      assertThat(first.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aDriverStartsWithoutAWarningAndATermEndsItCleanly()
      throws IOException, InterruptedException, PoolHeld {
    try (ChildRig rig = new ChildRig(temporary.toRealPath(), FileSystemType.XFS)) {
      rig.start();
      Wired volume = rig.create("v", Kind.XFS).stage().publish();

      try (var kubelet = new Kubelet(registration(rig))) {
        kubelet.registers();
      }

      assertThat(rig.terminate()).isEqualTo(Exit.OK);

      assertThat(rig.log()).allMatch(line -> line.matches("time=\\S+Z level=info .*"));
      assertThat(rig.log())
          .anyMatch(line -> line.contains("msg=serving"))
          .anyMatch(line -> line.contains("stopping"));
      assertThat(rig.folder.resolve("csi.sock")).doesNotExist();
      assertThat(rig.registry()).isEmptyDirectory();
      assertThat(rig.linux.mounts().at(volume.target())).hasSize(1);
      rig.start();
      volume.unpublish().unstage().delete();
    }
  }

  @Test
  void kubeletFindsTheSuccessorOfADriverThatWasKilledAndARenewedSocket()
      throws IOException, InterruptedException, PoolHeld {
    try (ChildRig rig = new ChildRig(temporary.toRealPath(), FileSystemType.XFS)) {
      rig.start();
      rig.kill();
      rig.start();
      try (var kubelet = new Kubelet(registration(rig))) {
        assertThat(kubelet.asks().getName()).isEqualTo("csi.nook.dev");
      }

      Files.delete(registration(rig));

      while (!Files.exists(registration(rig))) {
        Thread.sleep(POLL);
      }
      try (var kubelet = new Kubelet(registration(rig))) {
        assertThat(kubelet.asks().getEndpoint()).isEqualTo(rig.folder + "/csi.sock");
      }
    }
  }

  private static Path registration(ChildRig rig) {
    return rig.registry().resolve("csi.nook.dev-reg.sock");
  }

  private static void createUntilKilled(
      CsiClient client,
      String prefix,
      Set<String> asked,
      Map<String, String> acknowledged,
      CountDownLatch enough) {
    try {
      for (int i = 0; ; i++) {
        asked.add(prefix + i);
        acknowledged.put(prefix + i, create(client, prefix + i));
        enough.countDown();
      }
    } catch (StatusRuntimeException _) {
      // The driver is dead.
    }
  }

  private static String create(CsiClient client, String name) {
    return client.create(name, 1 << 20, Kind.BLOCK.capability(), Map.of()).getVolumeId();
  }

  /// Takes volumes through their lives; like kubelet and the provisioner, it asks until it has an
  /// answer, and no other error than UNAVAILABLE is one of a driver that is not there.
  private record Caller(ChildRig rig, String name, AtomicInteger answered) {
    private interface Call<T> {
      T answer() throws StatusRuntimeException;
    }

    /// How many volumes lived.
    int callUntil(AtomicBoolean over) throws IOException, InterruptedException {
      try (CsiClient client = new CsiClient(rig.folder.resolve("csi.sock"))) {
        int lived = 0;
        while (!over.get()) {
          live(client, name + "-" + lived, lived % 2 == 0 ? Kind.XFS : Kind.BLOCK);
          lived++;
        }
        return lived;
      }
    }

    private void live(CsiClient client, String volume, Kind kind)
        throws IOException, InterruptedException {
      Path staging = Files.createDirectory(rig.kubelet().resolve("staging-" + volume));
      Path target = rig.kubelet().resolve("pod-" + volume);
      var capability = kind.capability();
      String id =
          asked(() -> client.create(volume, kind.bytes(), capability, Map.of()).getVolumeId());
      done(() -> client.stage(id, staging, capability));
      done(() -> client.publish(id, staging, target, capability, false));
      Path data = kind.files() ? target.resolve("file") : target;
      Files.writeString(data, volume, kind.files() ? CREATE_NEW : WRITE, DSYNC);
      assertThat(asked(() -> client.expand(id, target, staging, kind.moreBytes())))
          .isEqualTo(kind.moreBytes());
      try (InputStream in = Files.newInputStream(data)) {
        assertThat(new String(in.readNBytes(volume.length()), UTF_8)).isEqualTo(volume);
      }
      assertThat(asked(() -> client.stats(id, target)).getUsageCount()).isPositive();
      done(() -> client.unpublish(id, target));
      assertThat(target).doesNotExist();
      done(() -> client.unstage(id, staging));
      done(() -> client.delete(id));
    }

    private void done(Runnable call) throws InterruptedException {
      boolean _ =
          asked(() -> {
            call.run();
            return true;
          });
    }

    private <T> T asked(Call<T> call) throws InterruptedException {
      while (true) {
        try {
          T answer = call.answer();
          answered.incrementAndGet();
          return answer;
        } catch (StatusRuntimeException refused) {
          assertThat(refused.getStatus().getCode())
              .as(refused.getMessage())
              .isEqualTo(Status.Code.UNAVAILABLE);
          Thread.sleep(POLL);
        }
      }
    }
  }
}
