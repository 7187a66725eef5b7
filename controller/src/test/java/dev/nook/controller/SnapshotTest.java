package dev.nook.controller;

import static dev.nook.controller.Node.GIB;
import static dev.nook.controller.Node.volume;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import csi.v1.Csi;
import csi.v1.Csi.CreateSnapshotRequest;
import csi.v1.Csi.ListSnapshotsRequest;
import csi.v1.Csi.ListSnapshotsResponse;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Features;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {
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
  void whatIsMalformedIsRefusedNameFirst() {
    var empty = CreateSnapshotRequest.newBuilder();

    Refused.asInvalid("name must not be empty", () -> create(empty));
    Refused.asInvalid("name is longer than", () -> create(empty.setName("x".repeat(129))));
    Refused.asInvalid("name contains a control", () -> create(empty.setName("a\0b")));
    Refused.asInvalid("source_volume_id must not be empty", () -> create(empty.setName("s")));
    Refused.asInvalid(
        "source_volume_id is longer", () -> create(empty.setSourceVolumeId("x".repeat(129))));
    Refused.asInvalid(
        "parameters[\"retain\"] is not a parameter",
        () -> create(of("s").putParameters("retain", "x")));
    assertThat(list(ListSnapshotsRequest.newBuilder()).getEntriesList()).isEmpty();
  }

  @Test
  void anIdIsRequiredAndShort() {
    for (String id : List.of("", "x".repeat(129))) {
      Refused.asInvalid("snapshot_id", () -> node.deleteSnapshot(id));
      Refused.asInvalid("snapshot_id", () -> find(id));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reallyfakesnapshotid",
        "..",
        "../snapshots",
        "a\0b",
        "aaaaaaaa-s-aaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa"
      })
  void anIdOfNoSnapshotHereIsHarmless(String id) {
    Csi.Snapshot real = node.cut("s", source);

    node.deleteSnapshot(id);

    Refused.with(Status.Code.NOT_FOUND, "does not exist", () -> find(id));
    assertThat(list(ListSnapshotsRequest.newBuilder().setSnapshotId(id)).getEntriesList())
        .isEmpty();
    assertThat(find(real.getSnapshotId())).isEqualTo(real);
  }

  @Test
  void theIdOfAVolumeIsNoSnapshot() {
    node.deleteSnapshot(source);

    Refused.with(Status.Code.NOT_FOUND, source, () -> find(source));
    assertThat(node.volumes()).containsExactly(source);
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-volume", "../volumes", "aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa"})
  void aSourceThatIsNotHereIsNotFound(String id) {
    Refused.with(Status.Code.NOT_FOUND, "does not exist", () -> node.cut("s", id));
  }

  @Test
  void aSnapshotIsNoSource() {
    String snapshot = node.cut("s", source).getSnapshotId();

    Refused.with(Status.Code.NOT_FOUND, snapshot, () -> node.cut("t", snapshot));
  }

  @Test
  void aSnapshotForAnotherNodeIsExhausted() {
    var elsewhere = of("s");
    elsewhere.getAccessibilityRequirementsBuilder().addRequisite(Node.place("node-2"));

    Refused.with(
        Status.Code.RESOURCE_EXHAUSTED,
        "other nodes than this one, node-1",
        () -> create(elsewhere));
    elsewhere.getAccessibilityRequirementsBuilder().addPreferred(Node.place("node-1"));
    assertThat(create(elsewhere).getReadyToUse()).isTrue();
  }

  @Test
  void theReplySaysSizeSourceAndTime() {
    Instant before = Instant.now();

    Csi.Snapshot made = node.cut("s", source);

    assertThat(made.getSnapshotId()).matches("[a-z2-7]{8}-s-[a-z2-7]{26}");
    assertThat(made.getSourceVolumeId()).isEqualTo(source);
    assertThat(made.getSizeBytes()).isEqualTo(GIB);
    assertThat(made.getReadyToUse()).isTrue();
    assertThat(Instant.ofEpochSecond(made.getCreationTime().getSeconds()))
        .isBetween(before.minus(Duration.ofSeconds(2)), Instant.now());
    assertThat(made.getAccessibleTopologyList()).isEmpty();
    assertThat(made.getGroupSnapshotId()).isEmpty();
  }

  @Test
  void aSnapshotSaysWhereItIsWhenThatIsAdvertised() throws Exception {
    try (Node two =
        new Node(folder.resolve("two"), FileSystemType.XFS, new Features(false, true), "default")) {
      Csi.Snapshot made = two.cut("s", two.make(volume("v")).getVolumeId());

      assertThat(made.getAccessibleTopologyList()).containsExactly(Node.place("node-1"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "a/b", "line\nfeed", "🐟", "$(x)"})
  void aNameIsDataAndNeverAPath(String name) {
    assertThat(node.cut(name, source)).isEqualTo(node.cut(name, source));
  }

  @Test
  void theSameNameOfAnotherSourceExistsAlready() {
    String other = node.make(volume("other")).getVolumeId();
    Csi.Snapshot made = node.cut("s", source);

    Refused.with(Status.Code.ALREADY_EXISTS, source, () -> node.cut("s", other));
    assertThat(node.cut("s", source)).isEqualTo(made);
  }

  @Test
  void aSnapshotOutlivesItsSource() {
    Csi.Snapshot made = node.cut("s", source);

    node.delete(source);

    assertThat(find(made.getSnapshotId())).isEqualTo(made);
    assertThat(node.cut("s", source)).isEqualTo(made);
    assertThat(list(ListSnapshotsRequest.newBuilder().setSourceVolumeId(source)).getEntriesList())
        .hasSize(1);
  }

  @Test
  void aDeletedSnapshotIsGoneAndMayBeDeletedAgain() {
    String id = node.cut("s", source).getSnapshotId();

    node.deleteSnapshot(id);
    node.deleteSnapshot(id);

    Refused.with(Status.Code.NOT_FOUND, id, () -> find(id));
    assertThat(list(ListSnapshotsRequest.newBuilder()).getEntriesList()).isEmpty();
  }

  @Test
  void whatKubernetesAddsToTheParametersIsTolerated() {
    assertThat(create(of("s").putParameters("csi.storage.k8s.io/volumesnapshot/name", "nightly")))
        .isEqualTo(node.cut("s", source));
  }

  @Test
  void aListTokenMustBeOneOfOurs() {
    var list = ListSnapshotsRequest.newBuilder();

    Refused.asInvalid(
        "max_entries must not be negative", () -> list(list.clone().setMaxEntries(-1)));
    Refused.asInvalid(
        "starting_token is longer", () -> list(list.clone().setStartingToken("x".repeat(129))));
    Refused.with(
        Status.Code.ABORTED,
        "was not given out here",
        () -> list(list.clone().setStartingToken("invalid-token")));
  }

  @Test
  void filtersShowWhatMatchesBoth() {
    String other = node.make(volume("other")).getVolumeId();
    Csi.Snapshot one = node.cut("one", source);
    Csi.Snapshot two = node.cut("two", source);
    Csi.Snapshot third = node.cut("third", other);
    var list = ListSnapshotsRequest.newBuilder();

    assertThat(shown(list)).containsExactlyInAnyOrder(one, two, third);
    assertThat(shown(list.clone().setSnapshotId(one.getSnapshotId()))).containsExactly(one);
    assertThat(shown(list.clone().setSourceVolumeId(source))).containsExactlyInAnyOrder(one, two);
    assertThat(shown(list.clone().setSourceVolumeId("no-such-volume"))).isEmpty();
    assertThat(shown(list.clone().setSourceVolumeId(other).setSnapshotId(one.getSnapshotId())))
        .isEmpty();
  }

  @Test
  void pagesOfASourceShowEverySnapshotOnceThoughTheirEntriesAreDeleted() {
    node.cut("noise", node.make(volume("other")).getVolumeId());
    List<String> made =
        IntStream.range(0, 7)
            .mapToObj(i -> node.cut("s" + i, source).getSnapshotId())
            .sorted()
            .toList();
    List<String> seen = new ArrayList<>();
    String token = "";

    do {
      ListSnapshotsResponse page =
          list(
              ListSnapshotsRequest.newBuilder()
                  .setSourceVolumeId(source)
                  .setMaxEntries(2)
                  .setStartingToken(token));
      assertThat(page.getEntriesCount()).isLessThanOrEqualTo(2);
      for (ListSnapshotsResponse.Entry entry : page.getEntriesList()) {
        seen.add(entry.getSnapshot().getSnapshotId());
        node.deleteSnapshot(entry.getSnapshot().getSnapshotId());
      }
      token = page.getNextToken();
    } while (!token.isEmpty());

    assertThat(seen).isEqualTo(made);
  }

  @Test
  void whileItsSourceIsBeingCutNothingChangesIt() throws Exception {
    var cutting = new CreateSnapshot(new dev.nook.store.id.Name("slow"), new VolumeId(source));
    var pending = Status.Code.ABORTED;

    Object _ =
        node.operations.run(
            new SnapshotId("slow"),
            Set.of(new VolumeId(source)),
            cutting,
            () -> {
              Refused.with(pending, "CreateSnapshot is still running", () -> node.delete(source));
              assertThat(node.cut("quick", source).getReadyToUse()).isTrue();
              assertThat(node.make(Node.copy("clone", Node.fromVolume(source)))).isNotNull();
              return source;
            });

    node.delete(source);
  }

  @Test
  void whileACopyOfOneMomentIsMadeItsSourceIsOnlyShownAndHidden() throws Exception {
    record NodePublishVolume() {}
    record NodeUnstageVolume() {}
    var volume = new VolumeId(source);
    var cutting = new CreateSnapshot(new dev.nook.store.id.Name("slow"), volume);
    NodePublishVolume shown = new NodePublishVolume();

    Object _ =
        node.operations.copy(
            new SnapshotId("slow"),
            Set.of(volume),
            cutting,
            showable -> {
              assertThatThrownBy(() -> node.operations.showAt(volume, Set.of(), shown, () -> shown))
                  .isInstanceOf(StorageException.OperationPending.class);
              showable.run();
              assertThat(node.operations.<Record>showAt(volume, Set.of(), shown, () -> shown))
                  .isEqualTo(shown);
              assertThatThrownBy(() ->
                      node.operations.run(volume, Set.of(), new NodeUnstageVolume(), () -> shown))
                  .isInstanceOf(StorageException.OperationPending.class);
              Refused.with(
                  Status.Code.ABORTED,
                  "CreateSnapshot is still running",
                  () -> node.delete(source));
              return source;
            });

    node.delete(source);
  }

  @Test
  void sixtyFourEqualCallsCutOneSnapshot() throws InterruptedException, ExecutionException {
    Callable<Csi.Snapshot> cut = () -> node.cut("s", source);

    try (var threads = Executors.newFixedThreadPool(64)) {
      List<Future<Csi.Snapshot>> made =
          threads.invokeAll(Stream.generate(() -> cut).limit(64).toList());
      for (Future<Csi.Snapshot> snapshot : made) {
        assertThat(snapshot.get()).isEqualTo(made.getFirst().get());
      }
    }

    assertThat(shown(ListSnapshotsRequest.newBuilder())).hasSize(1);
  }

  private CreateSnapshotRequest.Builder of(String name) {
    return CreateSnapshotRequest.newBuilder().setName(name).setSourceVolumeId(source);
  }

  private Csi.Snapshot create(CreateSnapshotRequest.Builder request) {
    return node.calls.createSnapshot(request.build()).getSnapshot();
  }

  private Csi.Snapshot find(String id) {
    return node.calls
        .getSnapshot(Csi.GetSnapshotRequest.newBuilder().setSnapshotId(id).build())
        .getSnapshot();
  }

  private List<Csi.Snapshot> shown(ListSnapshotsRequest.Builder request) {
    return list(request).getEntriesList().stream()
        .map(ListSnapshotsResponse.Entry::getSnapshot)
        .toList();
  }

  private ListSnapshotsResponse list(ListSnapshotsRequest.Builder request) {
    return node.calls.listSnapshots(request.build());
  }
}
