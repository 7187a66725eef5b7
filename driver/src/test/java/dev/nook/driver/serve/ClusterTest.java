package dev.nook.driver.serve;

import static dev.nook.driver.serve.ClusterRig.on;
import static dev.nook.driver.serve.ClusterRig.volume;
import static org.assertj.core.api.Assertions.assertThat;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import io.grpc.Status;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a controller with two nodes behind it answers; drivers, sockets and TLS are real.
class ClusterTest {
  @TempDir Path temporary;
  private ClusterRig rig;
  private CsiClient client;

  @BeforeEach
  void start() throws Exception {
    rig = new ClusterRig(temporary.toRealPath());
    client = rig.client();
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @Test
  void eachCallGoesToTheNodeOfTheVolume() {
    Csi.Volume one = rig.create(volume("one").setAccessibilityRequirements(on("a")));
    Csi.Volume two = rig.create(volume("two").setAccessibilityRequirements(on("b")));
    assertThat(rig.a.listed()).containsExactly(one.getVolumeId());
    assertThat(rig.b.listed()).containsExactly(two.getVolumeId());
    assertThat(two.getAccessibleTopologyList()).containsExactly(ClusterRig.segment("b"));

    assertThat(found(two.getVolumeId())).isEqualTo(two);
    assertThat(expanded(two.getVolumeId())).isEqualTo(Kind.XFS.moreBytes());
    Csi.Snapshot snapshot = client.snapshot("s", two.getVolumeId());
    assertThat(
            snapshots(
                Csi.ListSnapshotsRequest.newBuilder().setSnapshotId(snapshot.getSnapshotId())))
        .containsExactly(snapshot.getSnapshotId());
    Csi.Volume copy =
        rig.create(
            volume("copy")
                .setCapacityRange(Csi.CapacityRange.getDefaultInstance())
                .setVolumeContentSource(CsiClient.fromSnapshot(snapshot.getSnapshotId()))
                .setAccessibilityRequirements(on("a", "b")));

    assertThat(rig.b.listed()).containsExactlyInAnyOrder(two.getVolumeId(), copy.getVolumeId());
    client.delete(copy.getVolumeId());
    client.deleteSnapshot(snapshot.getSnapshotId());
    client.delete(two.getVolumeId());
    client.delete(one.getVolumeId());
    assertThat(rig.a.listed()).isEmpty();
    assertThat(rig.b.listed()).isEmpty();
  }

  @Test
  void aVolumeThatMayBeAnywhereIsMadeWhereMostRoomIsAndOnlyOnce() {
    Rig.Wired _ = made(rig.a, "large", 8);

    Csi.Volume one = rig.create(volume("one"));
    assertThat(rig.b.listed()).containsExactly(one.getVolumeId());
    Rig.Wired _ = made(rig.b, "larger", 32);

    assertThat(rig.create(volume("one").setAccessibilityRequirements(on("a", "b")))).isEqualTo(one);
    assertThat(rig.a.listed()).hasSize(1);
    emptied();
  }

  @Test
  void aChoiceIsForgottenWhenItsNodeHasRefused() {
    var tooLarge =
        volume("v")
            .setCapacityRange(Csi.CapacityRange.newBuilder().setRequiredBytes(1L << 50))
            .setAccessibilityRequirements(on("a", "b"));
    Conformance.assertCode(Status.Code.RESOURCE_EXHAUSTED, () -> rig.create(tooLarge));
    Rig.Wired _ = made(rig.a, "large", 8);

    Csi.Volume made = rig.create(volume("v").putParameters("pool", "default"));

    assertThat(rig.b.listed()).containsExactly(made.getVolumeId());
    emptied();
  }

  @Test
  void theRoomOfANodeIsItsOwnAndThatOfAllTheirSum() {
    long a = rig.a.client().capacity(Map.of());
    long b = rig.b.client().capacity(Map.of());

    assertThat(rig.room("a")).isEqualTo(a).isPositive();
    assertThat(client.capacity(Map.of())).isEqualTo(a + b);
    assertThat(rig.room("no-such-node")).isZero();
    assertThat(client.capacity(Map.of("colour", "red"))).isZero();
  }

  @Test
  void aNodeThatIsAwayKeepsNobodyFromTheOthers() throws Exception {
    Csi.Volume there = rig.create(volume("there").setAccessibilityRequirements(on("b")));
    rig.b.stop();
    Conformance.assertCode(Status.Code.UNAVAILABLE, () -> client.delete(there.getVolumeId()));
    rig.awaitAnswering(1);

    for (var answered :
        List.<ThrowingCallable>of(
            () -> client.delete(there.getVolumeId()),
            () -> expanded(there.getVolumeId()),
            () -> client.snapshot("s", there.getVolumeId()),
            () -> snapshots(Csi.ListSnapshotsRequest.newBuilder()),
            () -> rig.create(volume("v").setAccessibilityRequirements(on("b"))))) {
      Conformance.assertCode(Status.Code.UNAVAILABLE, answered);
    }
    assertThat(rig.room("b")).isZero();
    assertThat(rig.room("a")).isPositive();
    client.delete(rig.create(volume("v")).getVolumeId());
    assertThat(rig.get("/metrics"))
        .contains("nook_peers{state=\"away\"} 1.0", "nook_peers{state=\"ready\"} 1.0")
        .contains("nook_peer_up{node=\"b\"} 0.0")
        .contains("nook_peer_calls_total{code=\"UNAVAILABLE\",node=\"b\"}")
        .contains("nook_certificate_end_timestamp_seconds");

    rig.b.start();
    rig.awaitAnswering(2);
    client.delete(there.getVolumeId());
    assertThat(rig.b.listed()).isEmpty();
  }

  @Test
  void aCopyIsMadeOnTheNodeOfItsSourceOnly() throws Exception {
    Csi.Volume source = rig.create(volume("source").setAccessibilityRequirements(on("a")));
    var copy =
        volume("copy")
            .setVolumeContentSource(CsiClient.fromVolume(source.getVolumeId()))
            .setAccessibilityRequirements(on("b"));

    Conformance.assertCode(Status.Code.RESOURCE_EXHAUSTED, () -> rig.create(copy));

    rig.a.stop();
    Conformance.assertCode(Status.Code.UNAVAILABLE, () -> client.delete(source.getVolumeId()));
    Conformance.assertCode(Status.Code.FAILED_PRECONDITION, () -> rig.create(copy));
    rig.a.start();
    rig.awaitAnswering(2);
    client.delete(source.getVolumeId());
  }

  @Test
  void aRunningPodSeesItsNewSizeWhenTheControllerHasExpandedItsVolume() throws IOException {
    Csi.Volume idle = rig.create(volume("idle").setAccessibilityRequirements(on("b")));
    Rig.Wired used =
        rig.b.wire(
            "used", Kind.XFS, rig.create(volume("used").setAccessibilityRequirements(on("b"))));
    used.stage().publish();
    long before = used.totalBytes();

    assertThat(expandedBy(used.id()).getNodeExpansionRequired()).isFalse();
    assertThat(used.totalBytes()).isGreaterThan(before);
    assertThat(expandedBy(idle.getVolumeId()).getNodeExpansionRequired()).isTrue();
    Conformance.assertCode(
        Status.Code.OUT_OF_RANGE,
        () ->
            client
                .controller()
                .controllerExpandVolume(
                    Csi.ControllerExpandVolumeRequest.newBuilder()
                        .setVolumeId(used.id())
                        .setCapacityRange(Csi.CapacityRange.newBuilder().setRequiredBytes(1L << 50))
                        .build()));

    used.unpublish().unstage();
    emptied();
  }

  @Test
  void aNodeThatNobodyKnowsIsNoPlaceForAVolume() {
    Conformance.assertCode(
        Status.Code.RESOURCE_EXHAUSTED,
        () -> rig.create(volume("v").setAccessibilityRequirements(on("c"))));
    Conformance.assertCode(
        Status.Code.RESOURCE_EXHAUSTED,
        () -> rig.create(volume("v").setAccessibilityRequirements(on("c", "d"))));
  }

  @Test
  void anIdOfNoPoolIsAnsweredAtOnceAndOneOfAPoolThatNobodyHasLater() {
    String nobodys = "aaaaaaaa-v-" + "a".repeat(26);

    client.delete("no-such-volume");
    client.deleteSnapshot("no-such-snapshot");
    Conformance.assertCode(Status.Code.NOT_FOUND, () -> found("no-such-volume"));
    Conformance.assertCode(Status.Code.NOT_FOUND, () -> expanded("no-such-volume"));
    Conformance.assertCode(Status.Code.NOT_FOUND, () -> client.snapshot("s", "no-such-volume"));
    Conformance.assertCode(Status.Code.INVALID_ARGUMENT, () -> client.delete(""));
    Conformance.assertCode(Status.Code.INVALID_ARGUMENT, () -> client.snapshot("", nobodys));
    Conformance.assertCode(Status.Code.UNAVAILABLE, () -> client.delete(nobodys));
    Conformance.assertCode(Status.Code.UNAVAILABLE, () -> found(nobodys));
  }

  @Test
  void pagesGoThroughTheSnapshotsOfAllNodes() {
    List<String> made = new ArrayList<>();
    for (String node : List.of("a", "b")) {
      Csi.Volume source = rig.create(volume(node).setAccessibilityRequirements(on(node)));
      for (int i = 0; i < 3; i++) {
        made.add(
            client.snapshot("s-%s-%d".formatted(node, i), source.getVolumeId()).getSnapshotId());
      }
    }

    List<String> seen = new ArrayList<>();
    String token = "";
    do {
      var page =
          client
              .controller()
              .listSnapshots(
                  Csi.ListSnapshotsRequest.newBuilder()
                      .setMaxEntries(2)
                      .setStartingToken(token)
                      .build());
      assertThat(page.getEntriesCount()).isEqualTo(2);
      page.getEntriesList().forEach(entry -> seen.add(entry.getSnapshot().getSnapshotId()));
      token = page.getNextToken();
    } while (!token.isEmpty());

    assertThat(seen).containsExactlyInAnyOrderElementsOf(made);
    Conformance.assertCode(
        Status.Code.ABORTED,
        () -> snapshots(Csi.ListSnapshotsRequest.newBuilder().setStartingToken("forged")));
    made.forEach(client::deleteSnapshot);
    emptied();
  }

  @Test
  void itOffersWhatAClusterNeedsAndNoNodeCalls() {
    assertThat(client.ready()).isTrue();
    assertThat(
            client
                .controller()
                .controllerGetCapabilities(
                    Csi.ControllerGetCapabilitiesRequest.getDefaultInstance())
                .getCapabilitiesList())
        .extracting(capability -> capability.getRpc().getType())
        .contains(Csi.ControllerServiceCapability.RPC.Type.EXPAND_VOLUME)
        .doesNotContain(Csi.ControllerServiceCapability.RPC.Type.LIST_VOLUMES);
    Conformance.assertCode(
        Status.Code.UNIMPLEMENTED,
        () -> client.controller().listVolumes(Csi.ListVolumesRequest.getDefaultInstance()));
    Conformance.assertCode(
        Status.Code.UNIMPLEMENTED,
        () -> client.node().nodeGetInfo(Csi.NodeGetInfoRequest.getDefaultInstance()));
  }

  /// A volume that takes a part of the node's room, made by its own driver.
  private static Rig.Wired made(Rig node, String name, int times) {
    try {
      return node.wire(
          name,
          Kind.XFS,
          node.client().create(name, times * Kind.XFS.bytes(), Kind.XFS.capability(), Map.of()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void emptied() {
    for (Rig node : List.of(rig.a, rig.b)) {
      node.listed().forEach(node.client()::delete);
    }
  }

  private Csi.Volume found(String id) {
    return client
        .controller()
        .controllerGetVolume(Csi.ControllerGetVolumeRequest.newBuilder().setVolumeId(id).build())
        .getVolume();
  }

  private long expanded(String id) {
    return expandedBy(id).getCapacityBytes();
  }

  private Csi.ControllerExpandVolumeResponse expandedBy(String id) {
    return client
        .controller()
        .controllerExpandVolume(
            Csi.ControllerExpandVolumeRequest.newBuilder()
                .setVolumeId(id)
                .setCapacityRange(
                    Csi.CapacityRange.newBuilder().setRequiredBytes(Kind.XFS.moreBytes()))
                .build());
  }

  private List<String> snapshots(Csi.ListSnapshotsRequest.Builder of) {
    return client.controller().listSnapshots(of.build()).getEntriesList().stream()
        .map(entry -> entry.getSnapshot().getSnapshotId())
        .toList();
  }
}
