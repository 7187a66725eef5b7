package dev.nook.controller;

import static dev.nook.controller.Node.GIB;
import static dev.nook.controller.Node.volume;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi.CapacityRange;
import csi.v1.Csi.ControllerExpandVolumeRequest;
import csi.v1.Csi.ControllerExpandVolumeResponse;
import csi.v1.Csi.VolumeCapability.AccessMode.Mode;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Features;
import io.grpc.Status;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpandVolumeTest {
  @TempDir Path folder;
  private Node node;
  private String id;

  @BeforeEach
  void start() throws Exception {
    node = new Node(folder, FileSystemType.BTRFS, new Features(true, false), "default");
    id = node.make(volume("v")).getVolumeId();
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  @Test
  void whatIsMalformedIsRefusedIdFirst() {
    var empty = ControllerExpandVolumeRequest.newBuilder();

    Refused.asInvalid("volume_id must not be empty", () -> expand(empty));
    Refused.asInvalid(
        "capacity_range must name required_bytes", () -> expand(empty.setVolumeId(id)));
    Refused.asInvalid("required_bytes must not be negative", () -> expand(to(-1, 0)));
    Refused.asInvalid("limit_bytes is below required_bytes", () -> expand(to(2, 1)));
  }

  @Test
  void aCapabilityThatTheVolumeCannotServeIsRefused() {
    Refused.asInvalid("not raw blocks", () -> expand(to(GIB, 0).setVolumeCapability(Node.BLOCK)));
    Refused.asInvalid(
        "MULTI_NODE_MULTI_WRITER is not supported",
        () -> expand(to(GIB, 0).setVolumeCapability(Node.mount(Mode.MULTI_NODE_MULTI_WRITER, ""))));
  }

  @Test
  void aVolumeThatDoesNotExistIsNotFound() {
    Refused.with(
        Status.Code.NOT_FOUND,
        "no-such-id does not exist",
        () -> expand(to(2 * GIB, 0).setVolumeId("no-such-id")));
  }

  @Test
  void moreThanFitsIsOutOfRangeAndChangesNothing() {
    Refused.with(Status.Code.OUT_OF_RANGE, id, () -> expand(to(500 * GIB, 0)));

    assertThat(expand(to(GIB, 0)).getCapacityBytes()).isEqualTo(GIB);
  }

  @Test
  void aVolumeGrowsToExactlyWhatIsAskedAndNeverShrinks() {
    assertThat(expand(to(3 * GIB, 0)).getCapacityBytes()).isEqualTo(3 * GIB);
    assertThat(expand(to(3 * GIB, 0)).getCapacityBytes()).isEqualTo(3 * GIB);
    assertThat(expand(to(GIB, 0)).getCapacityBytes()).isEqualTo(3 * GIB);
  }

  @Test
  void onlyADirectoryNeedsNothingOfTheNode() {
    var directory = volume("d").putParameters("backend", "directory");
    var block = volume("b").setVolumeCapabilities(0, Node.BLOCK);

    assertThat(expand(to(2 * GIB, 0)).getNodeExpansionRequired()).isTrue();
    assertThat(grown(node.make(block).getVolumeId()).getNodeExpansionRequired()).isTrue();
    assertThat(grown(node.make(directory).getVolumeId()).getNodeExpansionRequired()).isFalse();
  }

  private ControllerExpandVolumeResponse grown(String volumeId) {
    return expand(to(2 * GIB, 0).setVolumeId(volumeId));
  }

  private ControllerExpandVolumeRequest.Builder to(long required, long limit) {
    return ControllerExpandVolumeRequest.newBuilder()
        .setVolumeId(id)
        .setCapacityRange(
            CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit));
  }

  private ControllerExpandVolumeResponse expand(ControllerExpandVolumeRequest.Builder request) {
    return node.calls.controllerExpandVolume(request.build());
  }
}
