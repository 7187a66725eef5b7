package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.cluster.peer.FixedPeers;
import dev.nook.cluster.peer.KnownPeer;
import dev.nook.driver.controller.ClusterController;
import dev.nook.driver.controller.ControllerConfig;
import dev.nook.driver.controller.PeerSource;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Endpoint;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.tls.TestAuthority;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Both nodes of a cluster are killed again and again while several callers make, copy and delete
/// volumes through its controller and, as sidecars do, repeat every call until its answer is final.
/// At the end nothing is lost, double or left.
@RealKernel
class ClusterKillsIT {
  /// Where the volumes of each caller may be.
  private static final List<String> PLACES = List.of("a", "b", "a,b", "b,a");

  private static final Duration LENGTH = Duration.ofSeconds(12);

  private final TestAuthority authority = new TestAuthority();
  private final AtomicInteger repeated = new AtomicInteger();
  private volatile boolean over;

  @TempDir Path temporary;

  /// What one caller has kept.
  private record Kept(Set<String> volumes, Set<String> snapshots) {}

  @Test
  void nothingIsLostDoubleOrLeft() throws IOException, InterruptedException, ExecutionException {
    Path folder = temporary.toRealPath();
    int portOfA = freePort();
    int portOfB = freePort();
    try (ChildRig a = node(folder, "a", portOfA);
        ChildRig b = node(folder, "b", portOfB);
        ClusterController controller = controller(folder, portOfA, portOfB);
        CsiClient client = new CsiClient(folder.resolve("c.sock"))) {
      a.start();
      b.start();
      controller.start();
      Kept kept = work(client, List.of(a, b));

      Set<String> standing = new HashSet<>(a.listed());
      assertThat(standing).isNotEmpty();
      assertThat(b.listed()).isNotEmpty().doesNotContainAnyElementsOf(standing);
      standing.addAll(b.listed());
      assertThat(standing).isEqualTo(kept.volumes());
      assertThat(snapshots(a.client(), b.client())).isEqualTo(kept.snapshots());
      assertThat(repeated).hasPositiveValue();

      kept.snapshots().forEach(id -> untilFinal(() -> deleteSnapshot(client, id)));
      kept.volumes().forEach(id -> untilFinal(() -> delete(client, id)));
      assertThat(a.listed()).isEmpty();
      assertThat(b.listed()).isEmpty();
      a.stop(); // Each rig looks for what is left on the whole host.
      b.stop();
    }
  }

  private Kept work(CsiClient client, List<ChildRig> nodes)
      throws IOException, InterruptedException, ExecutionException {
    var kept = new Kept(new HashSet<>(), new HashSet<>());
    try (ExecutorService callers = Executors.newFixedThreadPool(PLACES.size())) {
      List<Future<Kept>> running = new ArrayList<>();
      for (int i = 0; i < PLACES.size(); i++) {
        String name = "caller-" + i;
        String[] places = PLACES.get(i).split(",");
        Callable<Kept> calls = () -> calls(client, name, places);
        running.add(callers.submit(calls));
      }
      long end = System.nanoTime() + LENGTH.toNanos();
      for (int i = 0; System.nanoTime() < end; i++) {
        ChildRig node = nodes.get(i % nodes.size());
        Thread.sleep(700);
        node.kill();
        node.start();
      }
      over = true;
      for (Future<Kept> caller : running) {
        kept.volumes().addAll(caller.get().volumes());
        kept.snapshots().addAll(caller.get().snapshots());
      }
    }
    return kept;
  }

  /// Keeps every third volume, with a snapshot and its copy.
  private Kept calls(CsiClient client, String caller, String... places) {
    var kept = new Kept(new HashSet<>(), new HashSet<>());
    for (int i = 0; !over; i++) {
      String name = caller + "-" + i;
      String volume = untilFinal(() -> create(client, name, Optional.empty(), places));
      String snapshot = untilFinal(() -> client.snapshot(name, volume).getSnapshotId());
      String copy = untilFinal(() -> create(client, name + "-copy", Optional.of(snapshot), places));
      assertThat(copy.substring(0, 8)).isEqualTo(volume.substring(0, 8));
      if (i % 3 == 0) {
        kept.volumes().addAll(Set.of(volume, copy));
        kept.snapshots().add(snapshot);
      } else {
        untilFinal(() -> deleteSnapshot(client, snapshot));
        untilFinal(() -> delete(client, volume));
        untilFinal(() -> delete(client, copy));
      }
    }
    return kept;
  }

  /// Repeats a call as csi-provisioner does, until its answer is final.
  private <T> T untilFinal(Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (StatusRuntimeException e) {
        switch (e.getStatus().getCode()) {
          case UNAVAILABLE, ABORTED, DEADLINE_EXCEEDED -> repeated.incrementAndGet();
          default -> throw e;
        }
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String create(
      CsiClient client, String name, Optional<String> snapshot, String... places) {
    var volume =
        ClusterRig.volume(name)
            .clearVolumeCapabilities()
            .addVolumeCapabilities(Kind.BLOCK.capability())
            .setCapacityRange(Csi.CapacityRange.newBuilder().setRequiredBytes(16L << 20))
            .setAccessibilityRequirements(ClusterRig.on(places));
    snapshot.ifPresent(id -> volume.setVolumeContentSource(CsiClient.fromSnapshot(id)));
    return client.controller().createVolume(volume.build()).getVolume().getVolumeId();
  }

  private static boolean delete(CsiClient client, String id) {
    client.delete(id);
    return true;
  }

  private static boolean deleteSnapshot(CsiClient client, String id) {
    client.deleteSnapshot(id);
    return true;
  }

  private static Set<String> snapshots(CsiClient... nodes) {
    Set<String> found = new HashSet<>();
    for (CsiClient node : nodes) {
      node.controller()
          .listSnapshots(Csi.ListSnapshotsRequest.getDefaultInstance())
          .getEntriesList()
          .forEach(entry -> found.add(entry.getSnapshot().getSnapshotId()));
    }
    return found;
  }

  private ChildRig node(Path folder, String name, int port) throws IOException {
    Path own = Files.createDirectories(folder.resolve(name));
    authority.issue(own.resolve("tls"), "nook://node/" + name);
    var rig = new ChildRig(own, FileSystemType.XFS);
    rig.node(name);
    rig.flag("--peer-endpoint=127.0.0.1:" + port);
    rig.flag("--tls-cert=" + own.resolve("tls/tls.crt"));
    rig.flag("--tls-key=" + own.resolve("tls/tls.key"));
    rig.flag("--tls-ca=" + own.resolve("tls/ca.crt"));
    return rig;
  }

  private ClusterController controller(Path folder, int portOfA, int portOfB) throws IOException {
    authority.issue(folder.resolve("tls"), "nook://controller/one");
    return new ClusterController(
        new ControllerConfig(
            new Endpoint(folder.resolve("c.sock")),
            "csi.nook.dev",
            false,
            new PeerSource.Named(
                new FixedPeers(
                    List.of(
                        new KnownPeer("a", "127.0.0.1", portOfA),
                        new KnownPeer("b", "127.0.0.1", portOfB)))),
            PeerEndpointTest.files(folder.resolve("tls")),
            Optional.empty(),
            Optional.empty()),
        ClusterRig::noApiServer);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
