package dev.nook.driver.serve;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.cluster.peer.FixedPeers;
import dev.nook.cluster.peer.KnownPeer;
import dev.nook.driver.controller.ClusterController;
import dev.nook.driver.controller.ControllerConfig;
import dev.nook.driver.controller.PeerSource;
import dev.nook.driver.http.Http;
import dev.nook.rpc.Endpoint;
import dev.nook.testing.tls.TestAuthority;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A cluster: nodes a and b, each with a driver of its own, a controller, and a client of that.
final class ClusterRig implements AutoCloseable {
  final FakeRig a;
  final FakeRig b;
  private final Path folder;
  private final TestAuthority authority = new TestAuthority();
  private final ClusterController controller;
  private final CsiClient client;

  ClusterRig(Path folder) throws Exception {
    this.folder = folder;
    a = node("a");
    b = node("b");
    authority.issue(folder.resolve("tls"), "nook://controller/one");
    var endpoint = new Endpoint(folder.resolve("controller.sock"));
    controller = new ClusterController(config(endpoint), ClusterRig::noApiServer);
    controller.start();
    client = new CsiClient(endpoint.socket());
    awaitAnswering(2);
  }

  private FakeRig node(String name) throws Exception {
    Path own = Files.createDirectories(folder.resolve(name));
    authority.issue(own.resolve("tls"), "nook://node/" + name);
    var rig = new FakeRig(own, Kind.XFS);
    rig.node(name);
    rig.serveControllers(PeerEndpointTest.files(own.resolve("tls")));
    rig.start();
    return rig;
  }

  private ControllerConfig config(Endpoint endpoint) {
    List<KnownPeer> nodes = new ArrayList<>();
    nodes.add(new KnownPeer("a", "127.0.0.1", a.peerPort()));
    nodes.add(new KnownPeer("b", "127.0.0.1", b.peerPort()));
    return new ControllerConfig(
        endpoint,
        "csi.nook.dev",
        true,
        new PeerSource.Named(new FixedPeers(nodes)),
        PeerEndpointTest.files(folder.resolve("tls")),
        Optional.empty(),
        Optional.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
  }

  /// Stands for an API server that nobody needs.
  static KubernetesClient noApiServer() {
    throw new AssertionError("an API server was asked");
  }

  CsiClient client() {
    return client;
  }

  /// What the controller answers over HTTP.
  String get(String path) throws IOException {
    return Http.get(controller.http().orElseThrow(), path).body();
  }

  /// Returns when so many nodes answer.
  void awaitAnswering(int nodes) throws IOException {
    while (!get("/readyz").contains("%d of 2 nodes answer".formatted(nodes))) {
      Thread.yield();
    }
  }

  /// Returns the requirement that a volume is accessible from any of these nodes.
  static Csi.TopologyRequirement on(String... nodes) {
    var wanted = Csi.TopologyRequirement.newBuilder();
    for (String node : nodes) {
      wanted.addRequisite(segment(node)).addPreferred(segment(node));
    }
    return wanted.build();
  }

  static Csi.Topology segment(String node) {
    return Csi.Topology.newBuilder().putSegments("topology.csi.nook.dev/node", node).build();
  }

  static Csi.CreateVolumeRequest.Builder volume(String name) {
    return Csi.CreateVolumeRequest.newBuilder()
        .setName(name)
        .addVolumeCapabilities(Kind.XFS.capability())
        .setCapacityRange(Csi.CapacityRange.newBuilder().setRequiredBytes(Kind.XFS.bytes()));
  }

  Csi.Volume create(Csi.CreateVolumeRequest.Builder volume) {
    return client.controller().createVolume(volume.build()).getVolume();
  }

  long room(String node) {
    return client
        .controller()
        .getCapacity(
            Csi.GetCapacityRequest.newBuilder().setAccessibleTopology(segment(node)).build())
        .getAvailableCapacity();
  }

  @Override
  public void close() throws IOException {
    client.close();
    controller.close();
    try (a) {
      b.close();
    }
  }
}
