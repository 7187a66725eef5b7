package dev.nook.store.meeting;

import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Calls that meet while room is taken from what was deleted, and while something is deleted or
/// made in a pool that is listed or closed.
class ReclaimTest extends MeetingFixture {
  private static final long THREE = 3 * BYTES;

  private Kind kind = Kind.LOOP;

  private void create(VolumeStore store, String... names) throws Exception {
    for (String name : names) {
      store.create(spec(name, kind.shape, BYTES));
    }
  }

  private void delete(VolumeStore store, String... names) throws Exception {
    for (String name : names) {
      store.delete(volume(store, name));
    }
  }

  private VolumeId volume(VolumeStore store, String name) throws StorageException {
    return store.idOf(spec(name, kind.shape, BYTES));
  }

  private static List<String> names(VolumeStore store) throws Exception {
    return store.list(0, Optional.empty()).entries().stream()
        .map(entry -> entry.volume().map(Volume::name).orElseThrow().text())
        .sorted()
        .toList();
  }

  private void inAFullPool(Kind kind, Work prepare, Work first, Work second, Check check)
      throws Exception {
    this.kind = kind;
    meet(kind, THREE, List.of("default"), prepare, first, second, check);
  }

  @ParameterizedTest
  @EnumSource
  void roomIsTakenFromTheTrashWhileItIsSwept(Kind kind) throws Exception {
    inAFullPool(
        kind,
        store -> {
          create(store, "a", "b", "c");
          delete(store, "a", "b");
        },
        store -> create(store, "d"),
        Driver::sweep,
        (store, met) -> {
          met.bothSucceeded();
          assertThat(names(store)).containsExactly("c", "d");
          assertThat(status(store).chargedBytes()).isLessThanOrEqualTo(THREE);
        });
  }

  /// Each has room for itself, and none is given twice.
  @ParameterizedTest
  @EnumSource
  void twoCallsTakeRoomFromTheTrash(Kind kind) throws Exception {
    inAFullPool(
        kind,
        store -> {
          create(store, "a", "b", "c");
          delete(store, "a");
        },
        store -> create(store, "d"),
        store -> create(store, "e"),
        (store, met) -> {
          assertThat(met.first().isPresent()).isNotEqualTo(met.second().isPresent());
          assertThat(met.first().or(met::second))
              .containsInstanceOf(StorageException.Exhausted.class);
          assertThat(names(store)).hasSize(3);
          assertThat(status(store).chargedBytes()).isEqualTo(THREE);
        });
  }

  /// A template gives its room to whoever needs it.
  @ParameterizedTest
  @EnumSource(names = {"LOOP", "LOOP_ON_BTRFS"})
  void aTemplateIsUsedWhileItIsDropped(Kind kind) throws Exception {
    inAFullPool(
        kind,
        store -> create(store, "a"),
        store -> create(store, "b"),
        store -> store.create(spec("other", Kind.LOOP.shape, BYTES + BYTES / 2)),
        (store, met) -> {
          assertThat(met.second().isEmpty() || met.first().isEmpty()).isTrue();
          assertThat(met.first().or(met::second).map(Throwable::getClass))
              .isIn(Optional.empty(), Optional.of(StorageException.Exhausted.class));
          assertThat(status(store).chargedBytes()).isLessThanOrEqualTo(THREE);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aVolumeIsListedUntilItIsDeleted(Kind kind) throws Exception {
    this.kind = kind;
    meet(
        kind,
        store -> create(store, "a", "b", "c"),
        store -> delete(store, "b"),
        store -> assertThat(names(store)).isIn(List.of("a", "b", "c"), List.of("a", "c")),
        (store, met) -> {
          met.bothSucceeded();
          assertThat(met.waited()).isFalse();
          assertThat(names(store)).containsExactly("a", "c");
        });
  }

  @ParameterizedTest
  @EnumSource
  void aVolumeIsListedOnceItIsMade(Kind kind) throws Exception {
    this.kind = kind;
    meet(
        kind,
        store -> create(store, "a", "c"),
        store -> create(store, "b"),
        store -> assertThat(names(store)).isIn(List.of("a", "b", "c"), List.of("a", "c")),
        (store, met) -> {
          met.bothSucceeded();
          assertThat(met.waited()).isFalse();
          assertThat(names(store)).containsExactly("a", "b", "c");
        });
  }

  /// The next driver waits for this one's process to end; what the call has made by then is whole.
  @ParameterizedTest
  @EnumSource
  void aVolumeIsMadeWhileItsPoolIsReleased(Kind kind) throws Exception {
    this.kind = kind;
    meet(
        kind,
        store -> create(store, "a"),
        store -> create(store, "b"),
        store -> store.release(PoolName.DEFAULT),
        (_, met) -> {
          assertThat(met.second()).isEmpty();
          try (VolumeStore next = started()) {
            assertThat(names(next)).contains("a");
            assertThat(names(next).contains("b") || met.first().isPresent()).isTrue();
          }
        });
  }
}
