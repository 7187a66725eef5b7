package dev.nook.store.contract;

import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.Volumes;
import dev.nook.store.catalog.PageToken;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Rules for every volume store: create, find, list and delete.
abstract class CreationContract extends StoreFixture {
  @Test
  void aRangeThatNoVolumeFitsIsOutOfRangeAndLeavesNothing() throws Exception {
    VolumeSpec spec =
        new VolumeSpec(
            new Name("pvc"),
            Optional.empty(),
            ground.shape(),
            new CapacityRange(1, 4095),
            new VolumeSource.Empty());

    assertThatThrownBy(() -> store.create(spec)).isInstanceOf(StorageException.OutOfRange.class);
    assertNothingKept();
  }

  @Test
  void aVolumeLargerThanThePoolIsExhaustedAndLeavesNothing() throws Exception {
    VolumeSpec spec = Driver.spec("pvc", ground.shape(), 1L << 50);

    assertThatThrownBy(() -> store.create(spec))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining(Long.toString(1L << 50));
    assertNothingKept();
  }

  @Test
  void aPoolThatThisNodeLacksIsExhausted() {
    VolumeSpec spec =
        new VolumeSpec(
            new Name("pvc"),
            Optional.of(new PoolName("elsewhere")),
            ground.shape(),
            CapacityRange.ANY,
            new VolumeSource.Empty());

    assertThatThrownBy(() -> store.idOf(spec)).isInstanceOf(StorageException.Exhausted.class);
    assertThatThrownBy(() -> store.create(spec)).isInstanceOf(StorageException.Exhausted.class);
  }

  @Test
  void aSourceThatIsNotHereIsToldFromOneThatIsNowhere() throws Exception {
    VolumeId present = create("source").id();
    VolumeId absent = VolumeId.of(present.tag().orElseThrow(), new Name("never"));

    assertThatThrownBy(() -> store.create(from(new VolumeId("garbage"))))
        .isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.create(from(absent)))
        .isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.create(from(ELSEWHERE)))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining("aaaaaaaa")
        .hasMessageContaining(Driver.NODE);
    assertThat(store.list(0, Optional.empty()).entries()).hasSize(1);
  }

  private VolumeSpec from(VolumeId source) {
    return new VolumeSpec(
        new Name("copy"),
        Optional.empty(),
        ground.shape(),
        CapacityRange.ANY,
        new VolumeSource.OfVolume(source));
  }

  @Test
  void aNameThatIsTakenIsIncompatibleWithOtherAttributes() throws Exception {
    create("pvc");
    Shape other =
        isTree()
            ? new Shape.Raw(Provisioning.THIN)
            : new Shape.Formatted(FileSystemType.XFS, Provisioning.THICK);

    assertThatThrownBy(() -> store.create(Driver.spec("pvc", ground.shape(), bytes + 1)))
        .isInstanceOf(StorageException.Incompatible.class)
        .hasMessageContaining(Long.toString(bytes));
    assertThatThrownBy(() -> store.create(Driver.spec("pvc", other, bytes)))
        .isInstanceOf(StorageException.Incompatible.class);
    assertThatThrownBy(() ->
            store.create(
                new VolumeSpec(
                    new Name("pvc"),
                    Optional.empty(),
                    ground.shape(),
                    CapacityRange.ANY,
                    new VolumeSource.OfVolume(ELSEWHERE))))
        .as("the name is looked at before the source")
        .isInstanceOf(StorageException.Incompatible.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "garbage", "../../etc/passwd", "a/b", "aaaaaaaa-v-", "\0"})
  void anIdThatNobodyGaveOutIsUnknownAndTouchesNothing(String text) throws Exception {
    VolumeId forged = new VolumeId(text);

    store.delete(forged);
    store.detach(forged);

    assertThatThrownBy(() -> store.get(forged)).isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.attach(forged)).isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.expand(forged, CapacityRange.ANY))
        .isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.usage(forged, linux.fileSystems().usage(ground.folder())))
        .isInstanceOf(StorageException.NotFound.class);
  }

  @Test
  void anUnknownIdOfThisPoolOrOfAnotherIsUnknownToo() throws Exception {
    VolumeId absent = store.idOf(spec("never"));

    store.delete(absent);
    store.delete(ELSEWHERE);
    store.detach(absent);

    assertThatThrownBy(() -> store.get(absent)).isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.get(ELSEWHERE)).isInstanceOf(StorageException.NotFound.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"invalid-token", "-5", "", "YWJj"})
  void aTokenThatNobodyGaveOutIsStale(String token) {
    assertThatThrownBy(() -> store.list(0, Optional.of(token)))
        .isInstanceOf(StorageException.StaleToken.class);
    assertThatThrownBy(() -> store.list(0, Optional.of(PageToken.after(ELSEWHERE))))
        .isInstanceOf(StorageException.StaleToken.class);
  }

  @Test
  void aCreatedVolumeIsWhatWasAskedFor() throws Exception {
    Volume volume = store.create(Driver.spec("pvc/../\n🦉", ground.shape(), bytes + 1));

    assertThat(volume.id()).isEqualTo(store.idOf(spec("pvc/../\n🦉")));
    assertThat(volume.capacityBytes()).isEqualTo(bytes + CapacityRange.BLOCK);
    assertThat(volume.content().shape()).isEqualTo(ground.shape());
    assertThat(store.get(volume.id())).isEqualTo(volume);
    assertThat(store.list(0, Optional.empty()).entries())
        .containsExactly(
            new Volumes.Listed(volume.id(), volume.capacityBytes(), Optional.of(volume)));
    assertThat(status(store).chargedBytes()).isEqualTo(volume.capacityBytes());
  }

  @Test
  void creatingAgainReturnsTheSameVolume() throws Exception {
    Volume volume = create("pvc");

    assertThat(create("pvc")).isEqualTo(volume);
    assertThat(store.create(Driver.spec("pvc", ground.shape(), 0))).isEqualTo(volume);
    assertThat(store.list(0, Optional.empty()).entries()).hasSize(1);
  }

  @Test
  void aDeletedVolumeIsGoneAndItsNameIsFree() throws Exception {
    Volume volume = create("pvc");

    store.delete(volume.id());
    store.delete(volume.id());

    assertThatThrownBy(() -> store.get(volume.id())).isInstanceOf(StorageException.NotFound.class);
    assertThat(store.list(0, Optional.empty()).entries()).isEmpty();
    assertThat(create("pvc").id()).isEqualTo(volume.id());
    store.delete(volume.id());
    sweep(store);
    assertNothingKept();
  }

  @Test
  void capacityIsWhatCanStillBeCreated() throws Exception {
    var before = store.capacity(Optional.empty(), ground.shape());
    create("pvc");
    var after = store.capacity(Optional.empty(), ground.shape());

    assertThat(after.availableBytes()).isLessThanOrEqualTo(before.availableBytes() - bytes);
    assertThat(after.maximumVolumeBytes()).isLessThanOrEqualTo(after.availableBytes());
    assertThat(store.capacity(Optional.of(new PoolName("elsewhere")), ground.shape()))
        .isEqualTo(Volumes.Capacity.NONE);
  }

  @Test
  void pagesFollowEachOtherThoughTheirEntriesAreDeleted() throws Exception {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      create(name);
    }
    var all = store.list(0, Optional.empty());
    assertThat(all.entries())
        .hasSize(5)
        .isSortedAccordingTo((x, y) -> x.id().text().compareTo(y.id().text()));
    assertThat(all.nextToken()).isEmpty();

    var first = store.list(2, Optional.empty());
    store.delete(first.entries().getLast().id());
    var second = store.list(2, first.nextToken());
    restart();
    var third = store.list(0, second.nextToken());

    assertThat(first.entries()).isEqualTo(all.entries().subList(0, 2));
    assertThat(second.entries()).isEqualTo(all.entries().subList(2, 4));
    assertThat(third.entries()).isEqualTo(all.entries().subList(4, 5));
    assertThat(third.nextToken()).isEmpty();
  }
}
