package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The driver is killed in the middle of each kind of call, and what was asked for happens all the
/// same, once. The pool's filesystem is frozen, so that the call is caught where it writes; the
/// signal is sent while it hangs there, and takes effect when the filesystem thaws.
class KilledCallsIT {
  private static final String POOL = Driver.pools("default");

  @RegisterExtension final Namespace namespace = Namespace.on(Node.FIRST);
  private final Driver driver = Driver.on(Node.FIRST);

  /// A pod of its own for each test: kubelet waits ever longer before it restarts a container.
  @BeforeEach
  void replaceTheDriver() {
    driver.replace();
  }

  @Test
  void inCreateVolume() {
    namespace.claim("data", "nook", "64Mi");

    killedIn("CreateVolume", () -> namespace.pod("first", "data"));

    assertUsable(new Pod(namespace.name(), "first"), "data");
    assertThat(namespace.volumes().split(" ")).hasSize(1);
  }

  @Test
  void inDeleteVolume() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    namespace.pod("first", "data").awaitReady().delete();
    String volume = claim.volume();
    String image = claim.image();
    String _ = Node.FIRST.run("test", "-e", image);

    killedIn("DeleteVolume", claim::delete);

    Await.until("the volume is gone", () -> !Kubectl.exists("pv/" + volume));
    assertThat(Node.FIRST.end("test", "-e", image).code()).isEqualTo(1);
  }

  @Test
  void inNodeStageVolume() {
    namespace.claim("data", "nook", "64Mi");
    namespace.pod("first", "data").awaitReady().delete();

    killedIn("NodeStageVolume", () -> namespace.pod("next", "data"));

    assertUsable(new Pod(namespace.name(), "next"), "data");
  }

  @Test
  void inNodeUnstageVolume() {
    Pod pod = namespace.podWithNote("kept");

    killedIn("NodeUnstageVolume", pod::deleteWithoutWaiting);

    Pod next = namespace.pod("next", "data").awaitReady();
    assertThat(next.run("cat /data/note")).isEqualTo("kept");
  }

  @Test
  void inNodeExpandVolume() {
    Claim claim = namespace.claim("data", "nook-xfs", "320Mi");
    Pod pod = namespace.pod("first", "data").awaitReady();

    killedIn(
        "NodeExpandVolume",
        () -> {
          claim.request("640Mi");
          String _ = claim.awaitDescription("FileSystemResizePending");
          pod.nudge();
        });

    claim.awaitCapacity("640Mi", pod);
    assertThat(pod.mebibytes("/data")).isGreaterThan(500);
  }

  @Test
  void inCreateSnapshot() {
    Pod _ = namespace.podWithNote("before");

    killedIn("CreateSnapshot", () -> namespace.snapshot("cut", "data"));

    Snapshot _ = new Snapshot(namespace.name(), "cut").awaitReady();
    namespace.claim("restored", "nook", "64Mi", Claim.from("VolumeSnapshot", "cut"));
    Pod reader = namespace.pod("reader", "restored").awaitReady();
    assertThat(reader.run("cat /restored/note")).isEqualTo("before");
  }

  @Test
  void inDeleteSnapshot() {
    namespace.claim("data", "nook", "64Mi");
    Pod pod = namespace.pod("first", "data").awaitReady();
    Snapshot snapshot = namespace.snapshot("cut", "data").awaitReady();
    String content = snapshot.field("{.status.boundVolumeSnapshotContentName}");

    killedIn("DeleteSnapshot", snapshot::deleteWithoutWaiting);

    Await.until("the snapshot is gone", () -> !Kubectl.exists("volumesnapshotcontent/" + content));
    assertUsable(pod, "data");
  }

  /// Publish and Unpublish write nothing to the pool: the process is stopped instead before kubelet
  /// calls, and never gets to answer.
  @Test
  void inNodePublishVolumeAndNodeUnpublishVolume() {
    Pod first = namespace.podWithNote("kept");

    killedWhileStopped(() -> namespace.pod("second", "data"));
    Pod second = new Pod(namespace.name(), "second").awaitReady();
    assertThat(second.run("cat /data/note")).isEqualTo("kept");

    killedWhileStopped(second::deleteWithoutWaiting);
    second.delete();
    assertUsable(first, "data");
  }

  private void killedIn(String method, Runnable asked) {
    long process = driver.process();
    String series = "nook_rpc_in_flight{method=\"%s\"}".formatted(method);
    var call = new FutureTask<>(asked, true);
    String _ = Node.FIRST.run("fsfreeze", "--freeze", POOL);
    try {
      new Thread(call).start();
      Await.until(
          method + " is in flight",
          () -> {
            requireNotFailed(call);
            return driver.metric(series) > 0;
          });
      driver.signal("KILL", process);
    } finally {
      String _ = Node.FIRST.run("fsfreeze", "--unfreeze", POOL);
    }
    join(call);
    driver.awaitSuccessor(process);
  }

  private void killedWhileStopped(Runnable asked) {
    long process = driver.process();
    driver.signal("STOP", process);
    try {
      asked.run();
      Await.until("kubelet waits for an answer", () -> unaccepted(process) > 0);
    } finally {
      driver.signal("KILL", process);
    }
    driver.awaitSuccessor(process);
  }

  /// Connections that wait to be accepted on the driver's socket, which is its pod's network's, and
  /// known to the kernel by the name in this folder that it was bound to.
  private static long unaccepted(long process) {
    return Node.FIRST
        .run("nsenter", "--net", "--target", Long.toString(process), "ss", "--no-header", "-xl")
        .lines()
        .filter(line -> line.contains("/plugins/csi.nook.dev/"))
        .mapToLong(line -> Long.parseLong(line.split("\\s+")[2]))
        .sum();
  }

  /// What fails on another thread would be printed and nothing else.
  private static void requireNotFailed(Future<?> call) {
    if (call.state() == Future.State.FAILED) {
      throw new AssertionError("what was asked for failed", call.exceptionNow());
    }
  }

  private static void join(Future<?> call) {
    try {
      Object _ = call.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    } catch (ExecutionException _) {
      requireNotFailed(call);
    }
  }

  private static void assertUsable(Pod pod, String claim) {
    String path = "/%s/mine".formatted(claim);
    assertThat(pod.awaitReady().run("echo 1 > %1$s && cat %1$s".formatted(path))).isEqualTo("1");
  }
}
