package dev.nook.controller;

import static dev.nook.controller.Node.GIB;
import static dev.nook.controller.Node.copy;
import static dev.nook.controller.Node.fromSnapshot;
import static dev.nook.controller.Node.fromVolume;
import static dev.nook.controller.Node.volume;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Features;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import io.grpc.Status;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// CreateVolume from a snapshot and from a volume.
class CopyTest {
  private static final String ELSEWHERE = "aaaaaaaa-%s-aaaaaaaaaaaaaaaaaaaaaaaaaa";

  @TempDir Path folder;
  private Node node;
  private String source;

  @BeforeEach
  void start() throws Exception {
    node = Node.withPool(folder);
    source = node.make(volume("source")).getVolumeId();
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    node.kernel.assertNothingLeft();
  }

  @Test
  void aSourceThatDoesNotExistIsNotFoundAndNothingIsMade() {
    String forged = source.substring(0, source.length() - 1) + (source.endsWith("a") ? "b" : "a");
    String snapshot = forged.replace("-v-", "-s-");

    for (String id : Set.of("non-existing-snapshot-id", "..", "../snapshots", snapshot)) {
      Refused.with(Status.Code.NOT_FOUND, id, () -> node.make(copy("v", fromSnapshot(id))));
    }
    for (String id : Set.of("non-existing-volume-id", "a\0b", forged)) {
      Refused.with(Status.Code.NOT_FOUND, id, () -> node.make(copy("v", fromVolume(id))));
    }

    assertThat(node.volumes()).containsExactly(source);
  }

  @Test
  void aSourceOnAnotherNodeIsExhaustedSoThatAnotherNodeIsTried() {
    Refused.with(
        Status.Code.RESOURCE_EXHAUSTED,
        "lives in pool aaaaaaaa, not on node node-1",
        () -> node.make(copy("v", fromSnapshot(ELSEWHERE.formatted("s")))));
    Refused.with(
        Status.Code.RESOURCE_EXHAUSTED,
        "lives in pool aaaaaaaa, not on node node-1",
        () -> node.make(copy("v", fromVolume(ELSEWHERE.formatted("v")))));
  }

  @Test
  void aCopyOfAnotherClassIsRefusedNamingTheDifference() {
    String snapshot = node.cut("s", source).getSnapshotId();

    for (Csi.VolumeContentSource from : Set.of(fromVolume(source), fromSnapshot(snapshot))) {
      Refused.asInvalid(
          "xfs",
          () -> node.make(copy("v", from).putParameters("csi.storage.k8s.io/fstype", "xfs")));
      Refused.asInvalid(
          "raw block", () -> node.make(copy("v", from).setVolumeCapabilities(0, Node.BLOCK)));
      Refused.asInvalid(
          "thick", () -> node.make(copy("v", from).putParameters("provisioning", "thick")));
    }

    assertThat(node.volumes()).containsExactly(source);
  }

  @Test
  void aSourceInAnotherPoolOfThisNodeIsRefused() throws Exception {
    try (Node two =
        new Node(
            folder.resolve("two"),
            FileSystemType.XFS,
            new Features(false, false),
            "default",
            "fast")) {
      String here = two.make(volume("source")).getVolumeId();
      String snapshot = two.cut("s", here).getSnapshotId();

      for (Csi.VolumeContentSource from : Set.of(fromVolume(here), fromSnapshot(snapshot))) {
        Refused.asInvalid(
            "lives in pool default, not fast",
            () -> two.make(copy("v", from).putParameters("pool", "fast")));
      }
    }
  }

  @Test
  void lessThanTheSourceIsOutOfRange() {
    String snapshot = node.cut("s", source).getSnapshotId();

    for (Csi.VolumeContentSource from : Set.of(fromVolume(source), fromSnapshot(snapshot))) {
      Refused.with(
          Status.Code.OUT_OF_RANGE,
          Long.toString(GIB),
          () -> node.make(copy("v", from).setCapacityRange(bytes(0, GIB / 2))));
    }
  }

  @Test
  void aCopyHasItsSourcesSizeOrMoreAndSaysWhereItCameFrom() {
    String snapshot = node.cut("s", source).getSnapshotId();

    Csi.Volume clone = node.make(copy("clone", fromVolume(source)));
    Csi.Volume restored =
        node.make(copy("restored", fromSnapshot(snapshot)).setCapacityRange(bytes(2 * GIB, 0)));

    assertThat(clone.getCapacityBytes()).isEqualTo(GIB);
    assertThat(clone.getContentSource()).isEqualTo(fromVolume(source));
    assertThat(restored.getCapacityBytes()).isEqualTo(2 * GIB);
    assertThat(restored.getContentSource()).isEqualTo(fromSnapshot(snapshot));
    assertThat(node.find(clone.getVolumeId())).isEqualTo(clone);
    assertThat(node.find(restored.getVolumeId())).isEqualTo(restored);
    assertThat(node.list()).contains(clone, restored);
  }

  @Test
  void aRetryGetsItsCopyThoughTheSourceIsGone() {
    String snapshot = node.cut("s", source).getSnapshotId();
    Csi.Volume clone = node.make(copy("clone", fromVolume(source)));
    Csi.Volume restored = node.make(copy("restored", fromSnapshot(snapshot)));

    node.delete(source);
    node.deleteSnapshot(snapshot);

    assertThat(node.make(copy("clone", fromVolume(source)))).isEqualTo(clone);
    assertThat(node.make(copy("restored", fromSnapshot(snapshot)))).isEqualTo(restored);
  }

  @Test
  void theSameNameFromAnotherSourceExistsAlready() {
    node.make(copy("v", fromVolume(source)));
    String snapshot = node.cut("s", source).getSnapshotId();
    var exists = Status.Code.ALREADY_EXISTS;

    Refused.with(exists, snapshot, () -> node.make(copy("v", fromSnapshot(snapshot))));
    Refused.with(exists, source, () -> node.make(volume("v")));
    Refused.with(exists, source, () -> node.make(copy("source", fromVolume(source))));
  }

  @Test
  void aSourceThatAnotherCallHoldsIsPending() throws Exception {
    record NodeStageVolume() {}
    String snapshot = node.cut("s", source).getSnapshotId();
    var pending = Status.Code.ABORTED;

    Object _ =
        node.operations.run(
            new VolumeId(source),
            Set.of(new SnapshotId(snapshot)),
            new NodeStageVolume(),
            () -> {
              Refused.with(
                  pending, "still running", () -> node.make(copy("v", fromVolume(source))));
              Refused.with(pending, "still running", () -> node.cut("t", source));
              Refused.with(pending, "still running", () -> node.deleteSnapshot(snapshot));
              return node.make(copy("restored", fromSnapshot(snapshot)));
            });

    assertThat(node.list()).hasSize(2);
  }

  private static Csi.CapacityRange bytes(long required, long limit) {
    return Csi.CapacityRange.newBuilder().setRequiredBytes(required).setLimitBytes(limit).build();
  }
}
