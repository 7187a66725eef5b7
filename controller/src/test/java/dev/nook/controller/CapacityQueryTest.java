package dev.nook.controller;

import static dev.nook.controller.Node.GIB;
import static dev.nook.controller.Node.volume;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import csi.v1.Csi.DeleteVolumeRequest;
import csi.v1.Csi.DeleteVolumeResponse;
import csi.v1.Csi.GetCapacityRequest;
import csi.v1.Csi.GetCapacityResponse;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.store.id.PoolName;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CapacityQueryTest {
  @TempDir Path folder;
  private Node node;

  @BeforeEach
  void start() throws Exception {
    node = Node.withPool(folder);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  @Test
  void anUnknownParameterIsRefused() {
    Refused.asInvalid("is not a parameter", () -> ask(asked().putParameters("colour", "red")));
    Refused.asInvalid(
        "must be thin for directories",
        () ->
            ask(
                asked()
                    .putParameters("backend", "directory")
                    .putParameters("provisioning", "thick")));
    Refused.asInvalid(
        "volume_capabilities[0] must be block or mount",
        () -> ask(asked().addVolumeCapabilities(Node.MOUNT.toBuilder().clearMount())));
  }

  @Test
  void nothingAskedIsTheRoomForAnExt4Volume() {
    GetCapacityResponse room = ask(asked());

    assertThat(room.getAvailableCapacity()).isBetween(40 * GIB, 50 * GIB);
    assertThat(room.getMaximumVolumeSize().getValue()).isEqualTo(room.getAvailableCapacity());
    assertThat(room.getMinimumVolumeSize().getValue()).isEqualTo(32L << 20);
  }

  @Test
  void rawClassParametersWithoutCapabilitiesAreTaken() {
    var raw =
        asked()
            .putParameters("csi.storage.k8s.io/fstype", "xfs")
            .putParameters("csi.storage.k8s.io/provisioner-secret-name", "s")
            .putParameters("backend", "loop")
            .setAccessibleTopology(Node.place("node-1"));

    assertThat(ask(raw).getAvailableCapacity()).isPositive();
    assertThat(ask(raw).getMinimumVolumeSize().getValue()).isEqualTo(300L << 20);
  }

  @Test
  void whatThisNodeCannotServeHasNoRoom() {
    noRoom(asked().setAccessibleTopology(Node.place("node-2")));
    noRoom(
        asked()
            .setAccessibleTopology(
                Csi.Topology.newBuilder().putSegments("topology.kubernetes.io/zone", "a")));
    noRoom(asked().putParameters("pool", "fast"));
    noRoom(asked().putParameters("backend", "directory"));
    noRoom(asked().addVolumeCapabilities(Node.mount(Mode.MULTI_NODE_MULTI_WRITER, "")));
    noRoom(asked().addVolumeCapabilities(Node.mount(Mode.SINGLE_NODE_WRITER, "ntfs")));
  }

  @Test
  void aVolumeTakesItsSizeFromTheRoomAndGivesItBack() throws Exception {
    long before = ask(asked()).getAvailableCapacity();

    String id = node.make(volume("v")).getVolumeId();

    assertThat(ask(asked()).getAvailableCapacity()).isEqualTo(before - GIB);
    DeleteVolumeResponse _ =
        node.calls.deleteVolume(DeleteVolumeRequest.newBuilder().setVolumeId(id).build());
    node.upkeep.sweep(PoolName.DEFAULT);
    assertThat(ask(asked()).getAvailableCapacity()).isEqualTo(before);
  }

  @Test
  void theLargestVolumeThatIsOfferedCanBeMade() {
    long largest = ask(asked()).getMaximumVolumeSize().getValue();

    Csi.Volume made =
        node.make(
            volume("v").setCapacityRange(Csi.CapacityRange.newBuilder().setRequiredBytes(largest)));

    assertThat(made.getCapacityBytes()).isEqualTo(largest);
  }

  private void noRoom(GetCapacityRequest.Builder request) {
    GetCapacityResponse room = ask(request);

    assertThat(room.getAvailableCapacity()).isZero();
    assertThat(room.getMaximumVolumeSize().getValue()).isZero();
  }

  private static GetCapacityRequest.Builder asked() {
    return GetCapacityRequest.newBuilder();
  }

  private GetCapacityResponse ask(GetCapacityRequest.Builder request) {
    return node.calls.getCapacity(request.build());
  }
}
