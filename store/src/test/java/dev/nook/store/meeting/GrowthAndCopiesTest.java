package dev.nook.store.meeting;

import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.Operations;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A volume is expanded while what shares its blocks is copied, deleted or measured, and the other
/// way round.
class GrowthAndCopiesTest extends MeetingFixture {
  private static final Name CUT = new Name("cut");
  private static final CapacityRange TWICE = new CapacityRange(2 * BYTES, 0);

  private Kind kind = Kind.LOOP;

  /// A volume, a snapshot of it and a clone.
  private void family(VolumeStore store) throws Exception {
    store.create(spec("source", kind.shape, BYTES));
    store.snapshot(CUT, volume(store, "source"));
    copy(store, "clone", volume(store, "source"));
  }

  private void copy(VolumeStore store, String name, StoredId origin) throws Exception {
    store.create(spec(name, kind.shape, 2 * BYTES, origin));
  }

  private VolumeId volume(VolumeStore store, String name) throws StorageException {
    return store.idOf(spec(name, kind.shape, BYTES));
  }

  private SnapshotId cut(VolumeStore store) throws StorageException {
    return store.idOf(CUT, volume(store, "source"));
  }

  private void expandWhile(Kind kind, Work second) throws Exception {
    this.kind = kind;
    meet(
        kind,
        this::family,
        store -> store.expand(volume(store, "source"), TWICE),
        second,
        (store, met) -> {
          met.bothSucceeded();
          assertThat(store.get(volume(store, "source")).capacityBytes()).isEqualTo(2 * BYTES);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aSnapshotIsRestoredWhileItsVolumeGrows(Kind kind) throws Exception {
    expandWhile(kind, store -> copy(store, "restored", cut(store)));
  }

  @ParameterizedTest
  @EnumSource
  void aCloneIsSnapshottedWhileItsSourceGrows(Kind kind) throws Exception {
    expandWhile(kind, store -> store.snapshot(new Name("of-clone"), volume(store, "clone")));
  }

  @ParameterizedTest
  @EnumSource
  void copiesAreDeletedAndSweptWhileTheirSourceGrows(Kind kind) throws Exception {
    expandWhile(
        kind,
        store -> {
          store.delete(cut(store));
          store.delete(volume(store, "clone"));
          sweep(store);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aVolumeGrowsWhileItsSnapshotIsRestored(Kind kind) throws Exception {
    this.kind = kind;
    meet(
        kind,
        this::family,
        store -> copy(store, "restored", cut(store)),
        store -> store.expand(volume(store, "source"), TWICE),
        (_, met) -> met.bothSucceeded());
  }

  private record Expand(VolumeId id) {}

  private record Snapshot(VolumeId id) {}

  /// As the controller has it.
  @ParameterizedTest
  @EnumSource(names = "LOOP_ON_BTRFS")
  void aVolumeThatGrowsIsNotCopiedMeanwhile(Kind kind) throws Exception {
    this.kind = kind;
    Operations operations = new Operations(Duration.ZERO);
    meet(
        kind,
        this::family,
        store -> {
          VolumeId id = volume(store, "source");
          operations.run(id, Set.of(), new Expand(id), () -> store.expand(id, TWICE));
        },
        store -> {
          VolumeId id = volume(store, "source");
          SnapshotId later = store.idOf(new Name("later"), id);
          operations.copy(
              later,
              Set.of(id),
              new Snapshot(id),
              showable -> store.snapshot(new Name("later"), id, showable));
        },
        (_, met) -> {
          assertThat(met.first()).isEmpty();
          assertThat(met.waited()).isFalse();
          assertThat(met.second()).containsInstanceOf(StorageException.OperationPending.class);
        });
  }
}
