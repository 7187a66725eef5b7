package dev.nook.store.contract;

import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.store.Snapshots;
import dev.nook.store.catalog.PageToken;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rules for every volume store: snapshots.
abstract class SnapshotContract extends StoreFixture {
  static final Name SNAPSHOT = new Name("snapshot-1");

  Home home(SnapshotId id) {
    return new Layout(ground.pool().path()).snapshot(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "../../etc/passwd", "a/b", "aaaaaaaa-s-", "\0"})
  void anIdThatNobodyGaveOutIsUnknownAndTouchesNothing(String text) throws Exception {
    SnapshotId forged = new SnapshotId(text);

    store.delete(forged);

    assertThatThrownBy(() -> store.get(forged)).isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.idOf(SNAPSHOT, new VolumeId(text)))
        .isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.snapshot(SNAPSHOT, new VolumeId(text)))
        .isInstanceOf(StorageException.NotFound.class);
    assertThat(
            store.snapshots(
                new Snapshots.Filter(Optional.of(forged), Optional.empty()), 0, Optional.empty()))
        .satisfies(page -> assertThat(page.entries()).isEmpty());
  }

  @Test
  void aVolumesIdIsNoSnapshotsId() throws Exception {
    Volume volume = create("pvc");
    Snapshot snapshot = store.snapshot(SNAPSHOT, volume.id());

    store.delete(new SnapshotId(volume.id().text()));
    store.delete(new VolumeId(snapshot.id().text()));

    assertThat(store.get(volume.id())).isEqualTo(volume);
    assertThat(store.get(snapshot.id())).isEqualTo(snapshot);
    assertThatThrownBy(() -> store.get(new SnapshotId(volume.id().text())))
        .isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.get(new VolumeId(snapshot.id().text())))
        .isInstanceOf(StorageException.NotFound.class);
  }

  @Test
  void anUnknownSnapshotIsUnknownAndAnUnknownVolumeHasNone() throws Exception {
    VolumeId absent = store.idOf(spec("never"));
    SnapshotId never = store.idOf(SNAPSHOT, absent);

    store.delete(never);

    assertThatThrownBy(() -> store.get(never)).isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.snapshot(SNAPSHOT, absent))
        .isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.snapshot(SNAPSHOT, ELSEWHERE))
        .isInstanceOf(StorageException.NotFound.class);
    assertThat(all()).isEmpty();
    assertNothingKept();
  }

  @Test
  void aNameThatIsTakenByAnotherVolumesSnapshotIsIncompatible() throws Exception {
    Snapshot snapshot = store.snapshot(SNAPSHOT, create("pvc").id());
    VolumeId other = create("other").id();

    assertThatThrownBy(() -> store.snapshot(SNAPSHOT, other))
        .isInstanceOf(StorageException.Incompatible.class)
        .hasMessageContaining(snapshot.source().text())
        .hasMessageContaining(other.text());
    assertThat(all()).containsExactly(snapshot);
  }

  @ParameterizedTest
  @ValueSource(strings = {"invalid-token", "-5", "", "YWJj"})
  void aTokenThatNobodyGaveOutIsStale(String token) throws Exception {
    VolumeId volume = create("pvc").id();

    for (String stale : List.of(token, PageToken.after(ELSEWHERE), PageToken.after(volume))) {
      assertThatThrownBy(() -> store.snapshots(Snapshots.Filter.ALL, 0, Optional.of(stale)))
          .isInstanceOf(StorageException.StaleToken.class);
    }
    assertThatThrownBy(
            () -> store.list(0, Optional.of(PageToken.after(store.idOf(SNAPSHOT, volume)))))
        .isInstanceOf(StorageException.StaleToken.class);
  }

  @Test
  void aSnapshotIsWhatItsSourceWas() throws Exception {
    Volume volume = create("pvc");
    Instant before = Instant.now().minusMillis(1);

    Snapshot snapshot = store.snapshot(new Name("snap/../\n🦉"), volume.id());

    assertThat(snapshot.id()).isEqualTo(store.idOf(new Name("snap/../\n🦉"), volume.id()));
    assertThat(snapshot.source()).isEqualTo(volume.id());
    assertThat(snapshot.sizeBytes()).isEqualTo(volume.capacityBytes());
    assertThat(snapshot.content()).isEqualTo(volume.content());
    assertThat(snapshot.cut()).isBetween(before, Instant.now());
    assertThat(store.get(snapshot.id())).isEqualTo(snapshot);
    assertThat(all()).containsExactly(snapshot);
    assertThat(status(store).snapshots()).isEqualTo(1);
    assertThat(status(store).chargedBytes()).isEqualTo(volume.capacityBytes() + charged(snapshot));
    assertThat(snapshot.chargedBytes()).isLessThanOrEqualTo(volume.capacityBytes());
    assertThat(store.inventory().getFirst().snapshots())
        .singleElement()
        .satisfies(row -> assertThat(row.snapshot()).contains(snapshot));
    assertThat(store.list(0, Optional.empty()).entries()).hasSize(1);
  }

  @Test
  void cuttingAgainReturnsTheSameSnapshotThoughItsSourceIsGone() throws Exception {
    VolumeId volume = create("pvc").id();
    Snapshot snapshot = store.snapshot(SNAPSHOT, volume);

    assertThat(store.snapshot(SNAPSHOT, volume)).isEqualTo(snapshot);
    store.delete(volume);
    sweep(store);

    assertThat(store.snapshot(SNAPSHOT, volume)).isEqualTo(snapshot);
    assertThat(all()).containsExactly(snapshot);
    assertThat(status(store).chargedBytes()).isEqualTo(charged(snapshot));
  }

  @Test
  void aDeletedSnapshotIsGoneAndItsNameIsFree() throws Exception {
    Volume volume = create("pvc");
    Snapshot snapshot = store.snapshot(SNAPSHOT, volume.id());

    store.delete(snapshot.id());
    store.delete(snapshot.id());

    assertThatThrownBy(() -> store.get(snapshot.id()))
        .isInstanceOf(StorageException.NotFound.class);
    assertThat(all()).isEmpty();
    assertThat(status(store).chargedBytes())
        .as("trash counts until it is gone")
        .isEqualTo(volume.capacityBytes() + chargedInTrash(snapshot));
    restart();
    assertThat(status(store).chargedBytes())
        .isEqualTo(volume.capacityBytes() + chargedInTrash(snapshot));
    sweepAll();
    assertThat(status(store).chargedBytes()).isEqualTo(volume.capacityBytes());
    assertThat(store.snapshot(SNAPSHOT, volume.id()).id()).isEqualTo(snapshot.id());
  }

  @Test
  void volumeAndSnapshotsGoInEitherOrderAndLeaveNothing() throws Exception {
    VolumeId first = create("first").id();
    VolumeId second = create("second").id();
    SnapshotId ofFirst = store.snapshot(new Name("of-first"), first).id();
    SnapshotId ofSecond = store.snapshot(new Name("of-second"), second).id();

    store.delete(ofFirst);
    store.delete(first);
    store.delete(second);
    sweep(store);
    assertThat(store.get(ofSecond).id()).isEqualTo(ofSecond);
    store.delete(ofSecond);
    sweepAll();

    assertNothingKept();
  }

  @Test
  void aRestartFindsEverySnapshotAndTheSameLedger() throws Exception {
    VolumeId volume = create("pvc").id();
    for (String name : List.of("a", "b", "c")) {
      store.snapshot(new Name(name), volume);
    }
    List<Snapshot> before = all();
    long charged = status(store).chargedBytes();

    restart();

    assertThat(all()).isEqualTo(before).hasSize(3);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
    sweep(store);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
  }

  @Test
  void pagesFollowEachOtherThoughTheirEntriesAreDeleted() throws Exception {
    VolumeId one = create("one").id();
    VolumeId two = create("two").id();
    for (String name : List.of("a", "b", "c", "d", "e")) {
      store.snapshot(new Name(name), name.equals("c") ? two : one);
    }
    List<Snapshot> all = all();
    assertThat(all)
        .hasSize(5)
        .isSortedAccordingTo((x, y) -> x.id().text().compareTo(y.id().text()));

    var first = store.snapshots(Snapshots.Filter.ALL, 2, Optional.empty());
    store.delete(first.entries().getLast().id());
    var second = store.snapshots(Snapshots.Filter.ALL, 2, first.nextToken());
    restart();
    var third = store.snapshots(Snapshots.Filter.ALL, 0, second.nextToken());

    assertThat(first.entries()).isEqualTo(all.subList(0, 2));
    assertThat(second.entries()).isEqualTo(all.subList(2, 4));
    assertThat(third.entries()).isEqualTo(all.subList(4, 5));
    assertThat(third.nextToken()).isEmpty();
  }

  @Test
  void filtersGiveWhatTheyNameAndPageThroughItToo() throws Exception {
    VolumeId one = create("one").id();
    VolumeId two = create("two").id();
    List<Snapshot> ofOne = new ArrayList<>();
    for (String name : List.of("a", "b", "c", "d")) {
      ofOne.add(store.snapshot(new Name(name), one));
    }
    Snapshot ofTwo = store.snapshot(new Name("e"), two);

    var bySource = new Snapshots.Filter(Optional.empty(), Optional.of(one));
    var page = store.snapshots(bySource, 3, Optional.empty());
    var rest = store.snapshots(bySource, 3, page.nextToken());
    var byId =
        store.snapshots(
            new Snapshots.Filter(Optional.of(ofTwo.id()), Optional.empty()), 1, Optional.empty());
    var neither =
        store.snapshots(
            new Snapshots.Filter(Optional.of(ofTwo.id()), Optional.of(one)), 0, Optional.empty());

    assertThat(page.entries()).hasSize(3);
    assertThat(rest.nextToken()).isEmpty();
    assertThat(page.entries()).doesNotContainAnyElementsOf(rest.entries());
    assertThat(ofOne).containsAll(page.entries()).containsAll(rest.entries());
    assertThat(byId.entries()).containsExactly(ofTwo);
    assertThat(byId.nextToken()).isEmpty();
    assertThat(neither.entries()).isEmpty();
  }

  @Test
  void aDamagedRecordQuarantinesItsSnapshotAlone() throws Exception {
    VolumeId volume = create("pvc").id();
    Snapshot good = store.snapshot(new Name("good"), volume);
    Snapshot bad = store.snapshot(new Name("bad"), volume);
    Home home = home(bad.id());
    byte[] meta = linux.disk().read(home.meta(), 4096);
    linux.disk().remove(home.meta());
    linux.disk().write(home.meta(), "damaged".getBytes(StandardCharsets.UTF_8));
    long charged = status(store).chargedBytes();

    restart();

    assertThat(all()).containsExactly(good);
    assertThat(status(store).quarantined()).isEqualTo(1);
    assertThat(status(store).chargedBytes())
        .isGreaterThanOrEqualTo(isCounted() ? charged : charged - bad.chargedBytes());
    for (var call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> store.get(bad.id()),
            () -> store.snapshot(new Name("bad"), volume),
            () -> store.create(Driver.spec("copy", ground.shape(), bytes, bad.id())))) {
      assertThatThrownBy(call)
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(home.meta().toString());
    }
    assertThat(store.inventory().getFirst().snapshots())
        .anySatisfy(row -> assertThat(row.quarantined()).isPresent());
    linux.disk().remove(home.meta());
    linux.disk().write(home.meta(), meta);
    sweep(store);
    assertThat(status(store).quarantined()).isZero();
    assertThat(store.get(bad.id())).isEqualTo(bad);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
  }

  @Test
  void aQuarantinedSnapshotCanBeDeleted() throws Exception {
    VolumeId volume = create("pvc").id();
    SnapshotId bad = store.snapshot(SNAPSHOT, volume).id();
    linux.disk().remove(home(bad).meta());

    restart();
    store.delete(bad);
    store.delete(volume);
    sweepAll();

    assertNothingKept();
  }

  @Test
  void aQuarantinedVolumeIsNotCopied() throws Exception {
    VolumeId bad = create("pvc").id();
    linux.disk().remove(home(bad).meta());

    restart();

    assertThatThrownBy(() -> store.snapshot(SNAPSHOT, bad))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(home(bad).meta().toString());
    assertThatThrownBy(() -> store.create(Driver.spec("copy", ground.shape(), bytes, bad)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(home(bad).meta().toString());
    assertThat(all()).isEmpty();
  }

  @Test
  void aDegradedPoolIsNotCopiedInButDeletes() throws Exception {
    VolumeId volume = create("pvc").id();
    Snapshot snapshot = store.snapshot(SNAPSHOT, volume);
    linux.disk().write(new Layout(ground.pool().path()).degraded(), new byte[0]);

    restart();

    assertThatThrownBy(() -> store.snapshot(new Name("another"), volume))
        .isInstanceOf(StorageException.NotReady.class);
    assertThatThrownBy(
            () -> store.create(Driver.spec("copy", ground.shape(), bytes, snapshot.id())))
        .isInstanceOf(StorageException.NotReady.class);
    assertThat(store.snapshot(SNAPSHOT, volume)).isEqualTo(snapshot);
    store.delete(snapshot.id());
    assertThat(all()).isEmpty();
  }

  @Test
  void aGrownVolumeKeepsItsSnapshotsAndTheirSize() throws Exception {
    VolumeId volume = create("pvc").id();
    Snapshot snapshot = store.snapshot(SNAPSHOT, volume);

    store.expand(volume, new CapacityRange(2 * bytes, 0));

    assertThat(store.get(snapshot.id())).isEqualTo(snapshot);
    long charged = 2 * bytes + charged(snapshot);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
    restart();
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
    sweep(store);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
  }

  /// Whether the disk shows what a snapshot holds.
  private boolean isCounted() {
    return !ground.shape().equals(new Shape.Tree(false));
  }

  List<Snapshot> all() throws StorageException {
    return store.snapshots(Snapshots.Filter.ALL, 0, Optional.empty()).entries();
  }
}
