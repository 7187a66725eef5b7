package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.client.CsiClient;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.PoolHeld;
import dev.nook.testing.real.RealKernel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Creates and deletes directory volumes in parallel on a btrfs while their driver is killed again
/// and again: no call and no start may wait for the filesystem's periodic commit, which comes every
/// half minute. The environment variable NOOK_TORTURE_SECONDS says how long it lasts, with a kill
/// every six seconds and time bounds that only an otherwise idle host meets.
@RealKernel
class DirectoryTortureIT {
  private static final Optional<String> SECONDS =
      Optional.ofNullable(System.getenv("NOOK_TORTURE_SECONDS"));
  private static final int CALLERS = 6;
  private static final Duration LENGTH =
      Duration.ofSeconds(SECONDS.map(Long::parseLong).orElse(6L));
  private static final Duration BETWEEN_KILLS = Duration.ofSeconds(SECONDS.isPresent() ? 6 : 2);
  private static final Duration LONGEST_CALL = Duration.ofSeconds(SECONDS.isPresent() ? 2 : 15);
  private static final Duration LONGEST_START = Duration.ofSeconds(SECONDS.isPresent() ? 3 : 15);
  private static final int FILE_BYTES = 1 << 20;

  @TempDir Path temporary;

  private final ConcurrentLinkedQueue<Taken> calls = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean over = new AtomicBoolean();

  private record Taken(String call, Duration time) {}

  @Test
  void noCallAndNoStartWaitsForThePeriodicCommit()
      throws IOException, InterruptedException, ExecutionException, PoolHeld {
    List<Taken> starts = new ArrayList<>();
    try (ChildRig rig = new ChildRig(temporary.toRealPath(), FileSystemType.BTRFS);
        ExecutorService threads = Executors.newFixedThreadPool(CALLERS)) {
      rig.start();
      List<Future<Integer>> callers = new ArrayList<>();
      for (int i = 0; i < CALLERS; i++) {
        String name = "p" + i;
        callers.add(threads.submit(() -> liveUntilOver(rig, name)));
      }
      Instant end = Instant.now().plus(LENGTH);
      while (Instant.now().isBefore(end)) {
        Thread.sleep(BETWEEN_KILLS);
        Instant killed = Instant.now();
        rig.kill();
        rig.start();
        starts.add(new Taken("start", Duration.between(killed, Instant.now())));
      }
      over.set(true);
      for (Future<Integer> caller : callers) {
        assertThat(caller.get()).isPositive();
      }
      assertThat(rig.listed()).isEmpty();
    }
    System.out.println(
        "%d calls, %s; starts: %s".formatted(calls.size(), longest(calls), longest(starts)));
    assertThat(calls).allMatch(taken -> taken.time().compareTo(LONGEST_CALL) < 0);
    assertThat(starts).allMatch(taken -> taken.time().compareTo(LONGEST_START) < 0);
  }

  private static String longest(Iterable<Taken> all) {
    List<Taken> sorted = new ArrayList<>();
    all.forEach(sorted::add);
    sorted.sort(Comparator.comparing(Taken::time).reversed());
    return "the longest " + sorted.subList(0, Math.min(5, sorted.size()));
  }

  private int liveUntilOver(ChildRig rig, String name) throws IOException, InterruptedException {
    try (CsiClient client = new CsiClient(rig.folder.resolve("csi.sock"))) {
      int lived = 0;
      while (!over.get() || lived == 0) {
        live(rig, client, name + "-" + lived);
        lived++;
      }
      return lived;
    }
  }

  private void live(ChildRig rig, CsiClient client, String name)
      throws IOException, InterruptedException {
    Kind kind = Kind.DIRECTORY;
    Path staging = Files.createDirectory(rig.kubelet().resolve("staging-" + name));
    Path target = rig.kubelet().resolve("pod-" + name);
    String id =
        asked(
                "create",
                () -> client.create(name, kind.bytes(), kind.capability(), kind.parameters()))
            .getVolumeId();
    done("stage", () -> client.stage(id, staging, kind.capability()));
    done("publish", () -> client.publish(id, staging, target, kind.capability(), false));
    Files.write(target.resolve("file"), new byte[FILE_BYTES]);
    String snapshot = asked("snapshot", () -> client.snapshot(name, id)).getSnapshotId();
    done("expand", () -> client.expand(id, target, staging, kind.moreBytes()));
    var source = CsiClient.fromSnapshot(snapshot);
    String copy =
        asked(
                "restore",
                () -> client.copy(name + "-c", source, 0, kind.capability(), kind.parameters()))
            .getVolumeId();
    done("delete", () -> client.delete(copy));
    done("deleteSnapshot", () -> client.deleteSnapshot(snapshot));
    done("unpublish", () -> client.unpublish(id, target));
    done("unstage", () -> client.unstage(id, staging));
    done("delete", () -> client.delete(id));
  }

  private void done(String name, Runnable call) throws InterruptedException {
    boolean _ =
        asked(
            name,
            () -> {
              call.run();
              return true;
            });
  }

  /// Repeats a call until it is answered, because the driver may not be running.
  private <T> T asked(String name, Supplier<T> call) throws InterruptedException {
    while (true) {
      Instant begun = Instant.now();
      try {
        T answer = call.get();
        calls.add(new Taken(name, Duration.between(begun, Instant.now())));
        return answer;
      } catch (StatusRuntimeException refused) {
        calls.add(new Taken(name, Duration.between(begun, Instant.now())));
        assertThat(refused.getStatus().getCode())
            .as(refused.getMessage())
            .isEqualTo(Status.Code.UNAVAILABLE);
        Thread.sleep(Duration.ofMillis(20));
      }
    }
  }
}
