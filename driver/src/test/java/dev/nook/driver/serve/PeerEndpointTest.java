package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.ControllerGrpc;
import csi.v1.Csi;
import csi.v1.IdentityGrpc;
import dev.nook.rpc.Connection;
import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.PeerTls;
import dev.nook.rpc.peer.TlsFiles;
import dev.nook.testing.tls.TestAuthority;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import nook.v1.Nook;
import nook.v1.PeerGrpc;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a node offers to the controller of its cluster, over TLS.
class PeerEndpointTest {
  private static final Csi.GetCapacityRequest XFS =
      Csi.GetCapacityRequest.newBuilder().putParameters("csi.storage.k8s.io/fstype", "xfs").build();

  @TempDir Path temporary;
  private FakeRig rig;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    Path folder = temporary.toRealPath();
    var authority = new TestAuthority();
    authority.issue(folder.resolve("node-tls"), "nook://node/node-a");
    authority.issue(folder.resolve("controller-tls"), "nook://controller/one");
    rig = new FakeRig(folder, Kind.XFS);
    rig.serveControllers(files(folder.resolve("node-tls")));
    rig.start();
    channel =
        NettyChannelBuilder.forAddress(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.peerPort()))
            .overrideAuthority(PeerTls.authority("node-a"))
            .sslContext(
                PeerTls.client(
                    LiveCredentials.ofController(files(folder.resolve("controller-tls")))))
            .build();
  }

  @AfterEach
  void stop() throws IOException {
    channel.shutdownNow();
    rig.close();
  }

  static TlsFiles files(Path folder) {
    return new TlsFiles(
        folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"));
  }

  @Test
  void aNodeSaysWhoItIsAndWhichVolumesAreItsOwn() throws IOException {
    Rig.Wired volume = rig.create("v", Kind.XFS);

    Nook.HelloResponse hello =
        PeerGrpc.newBlockingStub(channel).hello(Nook.HelloRequest.getDefaultInstance());

    assertThat(hello.getNodeId()).isEqualTo("node-a");
    assertThat(hello.getDriverName()).isEqualTo("csi.nook.dev");
    assertThat(hello.getSegmentsMap()).isEqualTo(Map.of("topology.csi.nook.dev/node", "node-a"));
    assertThat(hello.getMaxVolumesPerNode()).isEqualTo(2000);
    assertThat(hello.getComplete()).isTrue();
    assertThat(hello.getPoolTagsList()).containsExactly(volume.id().substring(0, 8));
    volume.delete();
  }

  @Test
  void aNodeSaysWhatRoomItHasForEachClass() {
    var nonsense = XFS.toBuilder().putParameters("colour", "red").build();

    Nook.StatusResponse status =
        PeerGrpc.newBlockingStub(channel)
            .status(Nook.StatusRequest.newBuilder().addClasses(XFS).addClasses(nonsense).build());

    assertThat(status.getNode().getNodeId()).isEqualTo("node-a");
    assertThat(status.getCapacities(0).getAvailableCapacity())
        .isEqualTo(rig.client().capacity(XFS.getParametersMap()))
        .isPositive();
    assertThat(status.getCapacities(1).getAvailableCapacity()).isZero();
  }

  @Test
  void aControllerMakesExpandsAndDeletesVolumesThere() {
    var controller = ControllerGrpc.newBlockingStub(channel);
    Csi.Volume made =
        controller
            .createVolume(
                Csi.CreateVolumeRequest.newBuilder()
                    .setName("v")
                    .addVolumeCapabilities(Kind.XFS.capability())
                    .setCapacityRange(
                        Csi.CapacityRange.newBuilder().setRequiredBytes(Kind.XFS.bytes()))
                    .build())
            .getVolume();
    long grown =
        controller
            .controllerExpandVolume(
                Csi.ControllerExpandVolumeRequest.newBuilder()
                    .setVolumeId(made.getVolumeId())
                    .setCapacityRange(
                        Csi.CapacityRange.newBuilder().setRequiredBytes(Kind.XFS.moreBytes()))
                    .build())
            .getCapacityBytes();

    assertThat(rig.listed()).containsExactly(made.getVolumeId());
    assertThat(grown).isEqualTo(Kind.XFS.moreBytes());
    var _ =
        controller.deleteVolume(
            Csi.DeleteVolumeRequest.newBuilder().setVolumeId(made.getVolumeId()).build());
    assertThat(rig.listed()).isEmpty();
  }

  @Test
  void theDriversNameIsToldThereToo() {
    assertThat(
            IdentityGrpc.newBlockingStub(channel)
                .getPluginInfo(Csi.GetPluginInfoRequest.getDefaultInstance())
                .getName())
        .isEqualTo("csi.nook.dev");
  }

  @Test
  void whatAControllerAsksIsNotServedOnKubeletsSocket() throws IOException {
    try (var connection = new Connection(rig.config().endpoint().socket())) {
      Conformance.assertCode(
          Status.Code.UNIMPLEMENTED,
          () ->
              PeerGrpc.newBlockingStub(connection.channel())
                  .hello(Nook.HelloRequest.getDefaultInstance()));
    }
  }
}
