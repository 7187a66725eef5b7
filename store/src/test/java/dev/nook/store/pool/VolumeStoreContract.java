package dev.nook.store.pool;

import static dev.nook.store.pool.Driver.MIB;
import static dev.nook.store.pool.Driver.hide;
import static dev.nook.store.pool.Driver.mountAt;
import static dev.nook.store.pool.Driver.show;
import static dev.nook.store.pool.Driver.status;
import static dev.nook.store.pool.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.Attachment;
import dev.nook.store.CapacityRange;
import dev.nook.store.Name;
import dev.nook.store.PoolName;
import dev.nook.store.PoolStatus.Health;
import dev.nook.store.Shape;
import dev.nook.store.Shape.Provisioning;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeSource;
import dev.nook.store.VolumeSpec;
import dev.nook.store.VolumeStore;
import dev.nook.store.VolumeStore.Usage;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every volume store does, whatever holds the volumes.
abstract class VolumeStoreContract {
  private static final VolumeId ELSEWHERE = new VolumeId("aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa");

  private Ground ground;
  private Linux linux;
  private Pools store;
  private long bytes;

  abstract Ground ground() throws IOException;

  @BeforeEach
  void start() throws IOException, PoolHeld {
    ground = ground();
    linux = ground.linux();
    store = Driver.started(linux, ground.pool());
    assertThat(status(store).health()).isEqualTo(new Health.Open());
    bytes =
        ground.shape() instanceof Shape.Formatted(var type, var _)
            ? Math.max(64 * MIB, type.minimumBytes())
            : 64 * MIB;
  }

  @AfterEach
  void stop() throws StorageException, IOException {
    for (String shown : linux.disk().list(ground.folder())) {
      hide(linux, ground.folder().resolve(shown));
    }
    for (VolumeId id : store.attached()) {
      store.detach(id);
    }
    store.close();
    ground.close();
  }

  private VolumeSpec spec(String name) {
    return Driver.spec(name, ground.shape(), bytes);
  }

  private Volume create(String name) throws StorageException, IOException {
    return store.create(spec(name));
  }

  private void restart() throws PoolHeld {
    store.close();
    store = Driver.started(linux, ground.pool());
  }

  private Home home(VolumeId id) {
    return new Layout(ground.pool().path()).volume(id);
  }

  private Path shown(VolumeId id) throws StorageException, IOException {
    return show(linux, store.attach(id), ground.folder(), id);
  }

  private boolean isTree() {
    return ground.shape() instanceof Shape.Tree;
  }

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
    assertThatThrownBy(() -> store.create(from(present)))
        .isInstanceOf(StorageException.InvalidArgument.class)
        .hasMessageContaining("volume_content_source");
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
    assertThatThrownBy(() -> store.grow(forged, CapacityRange.ANY))
        .isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.usage(forged, ground.folder()))
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
            new VolumeStore.Listed(volume.id(), volume.capacityBytes(), Optional.of(volume)));
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
  void anAttachedVolumeIsTheSameOneUntilItIsDetached() throws Exception {
    VolumeId id = create("pvc").id();

    Attachment attachment = store.attach(id);

    assertThat(store.attach(id)).isEqualTo(attachment);
    Path target = show(linux, attachment, ground.folder(), id);
    assertThat(store.attached()).containsExactly(id);
    assertThat(store.shownBy(mountAt(linux, target))).contains(id);
    hide(linux, target);
    store.detach(id);
    store.detach(id);
    assertThat(store.attached()).isEmpty();
  }

  @Test
  void aMountOfSomethingElseShowsNoVolume() throws Exception {
    create("pvc");

    for (var mount : linux.mounts().all()) {
      assertThat(store.shownBy(mount)).as(mount.toString()).isEmpty();
    }
  }

  @Test
  void aVolumeInUseIsNeitherDeletedNorDetached() throws Exception {
    VolumeId id = create("pvc").id();
    Path target = shown(id);

    assertThatThrownBy(() -> store.delete(id))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining(id.text());
    if (!isTree()) {
      assertThatThrownBy(() -> store.detach(id))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("/dev/loop");
    }

    assertThat(store.get(id).id()).isEqualTo(id);
    hide(linux, target);
    store.detach(id);
    store.delete(id);
  }

  @Test
  void whatIsWrittenIsReadAfterARestart() throws Exception {
    VolumeId id = create("pvc").id();
    Path target = shown(id);
    if (!(ground.shape() instanceof Shape.Raw)) {
      Files.writeString(ground.contentOf(target.resolve("greeting")), "hello");
    }

    restart();

    assertThat(store.attached()).containsExactly(id);
    assertThat(store.shownBy(mountAt(linux, target))).contains(id);
    hide(linux, target);
    store.detach(id);
    Path again = shown(id);
    if (!(ground.shape() instanceof Shape.Raw)) {
      assertThat(Files.readString(ground.contentOf(again.resolve("greeting")))).isEqualTo("hello");
    }
  }

  @Test
  void aRestartFindsEveryVolumeAndTheSameLedger() throws Exception {
    create("a");
    create("b");
    store.delete(create("c").id());
    var before = store.list(0, Optional.empty());
    long charged = status(store).chargedBytes();

    restart();

    assertThat(store.list(0, Optional.empty())).isEqualTo(before);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
  }

  @Test
  void growingNeverShrinksAndIsDoneOnce() throws Exception {
    VolumeId id = create("pvc").id();

    assertThat(store.grow(id, new CapacityRange(bytes * 2, 0)).capacityBytes())
        .isEqualTo(bytes * 2);
    assertThat(store.grow(id, new CapacityRange(bytes * 2, 0)).capacityBytes())
        .isEqualTo(bytes * 2);
    assertThat(store.grow(id, new CapacityRange(bytes, 0)).capacityBytes()).isEqualTo(bytes * 2);
    assertThatThrownBy(() -> store.grow(id, new CapacityRange(0, bytes)))
        .isInstanceOf(StorageException.OutOfRange.class);

    restart();
    assertThat(store.get(id).capacityBytes()).isEqualTo(bytes * 2);
    assertThat(status(store).chargedBytes()).isEqualTo(bytes * 2);
  }

  @Test
  void growthThatDoesNotFitIsOutOfRangeWithBothFiguresAndChangesNothing() throws Exception {
    VolumeId id = create("pvc").id();
    long free = store.capacity(Optional.empty(), ground.shape()).availableBytes();

    assertThatThrownBy(() -> store.grow(id, new CapacityRange(1L << 50, 0)))
        .isInstanceOf(StorageException.OutOfRange.class)
        .hasMessageContaining(Long.toString((1L << 50) - bytes))
        .hasMessageContaining(Long.toString(free));
    assertThat(store.get(id).capacityBytes()).isEqualTo(bytes);
    assertThat(status(store).chargedBytes()).isEqualTo(bytes);
  }

  @Test
  void anAttachedVolumeGrowsUnderItsHolder() throws Exception {
    VolumeId id = create("pvc").id();
    Path target = shown(id);

    store.grow(id, new CapacityRange(bytes * 2, 0));

    switch (store.usage(id, target)) {
      case Usage.Blocks(long total) -> assertThat(total).isEqualTo(bytes * 2);
      case Usage.Files files -> assertThat(files.totalBytes()).isPositive();
    }
    for (var loop : linux.loops().all()) {
      if (loop.label().equals(id.text())) {
        assertThat(loop.bytes()).isEqualTo(bytes * 2);
      }
    }
  }

  @Test
  void usageNeverExceedsTheSizeWhereItIsEnforced() throws Exception {
    Volume volume = create("pvc");
    Path target = shown(volume.id());

    Usage usage = store.usage(volume.id(), target);

    switch (usage) {
      case Usage.Blocks(long total) -> assertThat(total).isEqualTo(bytes);
      case Usage.Files files -> {
        assertThat(files.availableBytes()).isPositive();
        if (!ground.shape().equals(new Shape.Tree(false))) {
          assertThat(files.totalBytes()).isLessThanOrEqualTo(bytes);
          assertThat(files.usedBytes()).isLessThanOrEqualTo(bytes);
          assertThat(files.availableBytes()).isLessThanOrEqualTo(bytes);
        }
      }
    }
  }

  @Test
  void capacityIsWhatCanStillBeCreated() throws Exception {
    var before = store.capacity(Optional.empty(), ground.shape());
    create("pvc");
    var after = store.capacity(Optional.empty(), ground.shape());

    assertThat(after.availableBytes()).isLessThanOrEqualTo(before.availableBytes() - bytes);
    assertThat(after.maximumVolumeBytes()).isLessThanOrEqualTo(after.availableBytes());
    assertThat(store.capacity(Optional.of(new PoolName("elsewhere")), ground.shape()))
        .isEqualTo(VolumeStore.Capacity.NONE);
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

  @Test
  void aDamagedRecordQuarantinesItsVolumeAlone() throws Exception {
    Volume good = create("good");
    Volume bad = create("bad");
    Home home = home(bad.id());
    byte[] meta = linux.disk().read(home.meta(), 4096);
    linux.disk().remove(home.meta());
    linux.disk().write(home.meta(), "damaged".getBytes(StandardCharsets.UTF_8));

    restart();

    assertThat(store.get(good.id())).isEqualTo(good);
    for (var call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> store.get(bad.id()),
            () -> create("bad"),
            () -> store.attach(bad.id()),
            () -> store.grow(bad.id(), CapacityRange.ANY))) {
      assertThatThrownBy(call)
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining(home.meta().toString());
    }
    assertThat(store.list(0, Optional.empty()).entries())
        .extracting(VolumeStore.Listed::id)
        .containsExactlyInAnyOrder(good.id(), bad.id());
    assertThat(status(store).quarantined()).isEqualTo(1);
    assertThat(store.inventory().getFirst().rows())
        .anySatisfy(row -> assertThat(row.quarantined()).isPresent());

    linux.disk().remove(home.meta());
    linux.disk().write(home.meta(), meta);
    sweep(store);
    assertThat(status(store).quarantined()).isZero();
    assertThat(create("bad")).isEqualTo(bad);
  }

  @Test
  void aQuarantinedVolumeCanBeDetachedAndDeleted() throws Exception {
    VolumeId bad = create("bad").id();
    Path target = shown(bad);
    linux.disk().remove(home(bad).meta());

    restart();

    assertThat(store.shownBy(mountAt(linux, target))).contains(bad);
    hide(linux, target);
    store.detach(bad);
    store.delete(bad);
    sweep(store);
    assertNothingKept();
  }

  private void assertNothingKept() throws IOException {
    Layout layout = new Layout(ground.pool().path());
    assertThat(linux.disk().list(layout.volumes())).isEmpty();
    assertThat(linux.disk().list(layout.staging())).isEmpty();
    assertThat(linux.disk().list(layout.trash())).isEmpty();
    assertThat(status(store).chargedBytes()).isZero();
  }
}
