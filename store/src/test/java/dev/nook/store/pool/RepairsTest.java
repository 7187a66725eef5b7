package dev.nook.store.pool;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.store.PoolConfig;
import dev.nook.store.Snapshots;
import dev.nook.store.VolumeRepairs.Allowed;
import dev.nook.store.VolumeRepairs.Rehearsal;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.Inventory;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Ledger;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.testing.fake.FakeKernel.Damage;
import dev.nook.testing.fake.FakeKernel.Noted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Tests what a repair makes of a volume, and what it keeps.
@SuppressWarnings("NullAway.Init")
class RepairsTest {
  private static final Shape EXT4 = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
  private static final Shape THICK = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK);
  private static final long BYTES = 64 * MIB;

  @TempDir(factory = InMemory.class)
  Path root;

  private FakeGround ground;
  private VolumeStore store;
  private Volume volume;

  private void start(FileSystemType host, Shape shape) throws Exception {
    start(FakeGround.on(root, host, shape), shape);
  }

  private void start(FakeGround given, Shape shape) throws Exception {
    ground = given;
    store = Driver.started(ground.linux(), ground.pool());
    volume = store.create(spec("pvc", shape, BYTES));
  }

  @ParameterizedTest
  @EnumSource
  void aCheckSaysWhatARepairWouldDoAndChangesNothing(Damage damage) throws Exception {
    start(FileSystemType.XFS, EXT4);
    ground.kernel().note(image(), Noted.MARK);
    ground.kernel().damage(image(), damage);
    byte[] before = head(image());
    long charged = status(store).chargedBytes();

    Rehearsal rehearsal = store.repairs().mend(volume.id(), Allowed.CHECK);

    assertThat(rehearsal.repair().outcome()).isEqualTo(outcome(damage));
    assertThat(rehearsal.well()).isFalse();
    assertThat(rehearsal.kept()).isEmpty();
    assertThat(head(image())).isEqualTo(before);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
    assertThat(ground.linux().disk().list(layout().staging())).allMatch(Layout::isTemplate);
  }

  @Test
  void aVolumeThatIsWellIsLeftAsItIs() throws Exception {
    start(FileSystemType.XFS, EXT4);

    Rehearsal rehearsal = store.repairs().mend(volume.id(), Allowed.WITH_LOSS);

    assertThat(rehearsal.well()).isTrue();
    assertThat(rehearsal.kept()).isEmpty();
    assertThat(store.repairs().kept(volume.id())).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"FILES", "HOPELESS", "ENDLESS"})
  void whatMayCostFilesIsNotDoneUnlessThatIsAllowed(Damage damage) throws Exception {
    start(FileSystemType.XFS, EXT4);
    ground.kernel().damage(image(), damage);
    byte[] before = head(image());

    assertThat(store.repairs().mend(volume.id(), Allowed.IF_HARMLESS).kept()).isEmpty();
    assertThat(head(image())).isEqualTo(before);

    boolean mended = store.repairs().mend(volume.id(), Allowed.WITH_LOSS).kept().isPresent();
    assertThat(mended).isEqualTo(damage == Damage.FILES);
  }

  @Test
  void whatAVolumeWasIsKeptChargedAndComesBack() throws Exception {
    start(FileSystemType.XFS, EXT4);
    write("old");
    ground.kernel().damage(image(), Damage.FILES);
    byte[] before = head(image());
    long charged = status(store).chargedBytes();

    Snapshot kept = mended();

    assertThat(kept.id().isKept()).isTrue();
    assertThat(head(layout().snapshot(kept.id()).image())).isEqualTo(before);
    assertThat(head(image())).isNotEqualTo(before);
    assertThat(status(store).chargedBytes())
        .isEqualTo(charged + Math.max(Ledger.LEAST, kept.chargedBytes()));
    assertThat(read()).isEqualTo("old");
    write("new");

    restart();
    Snapshot now = store.repairs().restore(volume.id(), Optional.empty());

    assertThat(head(image())).isEqualTo(before);
    assertThat(store.repairs().kept(volume.id())).containsExactly(kept, now);
    Snapshot damaged = store.repairs().restore(volume.id(), Optional.of(now.id()));
    assertThat(read()).isEqualTo("new");

    assertThat(store.repairs().forget(volume.id())).containsExactly(kept, now, damaged);
    sweep(store);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
    assertThatThrownBy(() -> store.repairs().restore(volume.id(), Optional.empty()))
        .isInstanceOf(StorageException.NotFound.class);
  }

  @Test
  void aGrownVolumeKeepsItsSizeWhenItIsWhatItWas() throws Exception {
    start(FileSystemType.XFS, EXT4);
    ground.kernel().damage(image(), Damage.COUNTS);
    Snapshot _ = mended();
    Volume _ = store.expand(volume.id(), new CapacityRange(2 * BYTES, 0));

    Snapshot _ = store.repairs().restore(volume.id(), Optional.empty());

    assertThat(Files.size(image())).isEqualTo(2 * BYTES);
    store.attach(volume.id());
  }

  @Test
  void whatIsKeptIsHiddenFromWhoDoesNotKnowItsId() throws Exception {
    start(FileSystemType.XFS, EXT4);
    ground.kernel().damage(image(), Damage.COUNTS);
    Snapshot kept = mended();

    assertThat(listed(Snapshots.Filter.ALL)).isEmpty();
    assertThat(listed(new Snapshots.Filter(Optional.empty(), Optional.of(volume.id())))).isEmpty();
    assertThat(listed(new Snapshots.Filter(Optional.of(kept.id()), Optional.empty())))
        .containsExactly(kept);
    assertThat(store.inventory().getFirst().snapshots())
        .extracting(Inventory.SnapshotRow::id)
        .containsExactly(kept.id());
    Volume copy = store.create(spec("copy", EXT4, BYTES, kept.id()));
    assertThat(copy.capacityBytes()).isEqualTo(BYTES);
  }

  @Test
  void withTheVolumeGoesWhatWasKeptOfIt() throws Exception {
    start(FileSystemType.XFS, EXT4);
    ground.kernel().damage(image(), Damage.COUNTS);
    Snapshot _ = mended();

    store.delete(volume.id());
    sweep(store);

    assertThat(status(store).chargedBytes()).isZero();
    assertThat(ground.linux().disk().list(layout().snapshots())).isEmpty();
  }

  /// A pool as a release leaves it that does not know kept snapshots.
  @Test
  void whatIsKeptOfAVolumeThatIsGoneIsSwept() throws Exception {
    start(FileSystemType.XFS, EXT4);
    ground.kernel().damage(image(), Damage.COUNTS);
    Snapshot kept = mended();
    store.close();
    ground.linux().disk().removeTree(layout().volume(volume.id()).directory());
    store = Driver.started(ground.linux(), ground.pool());
    Volume another = store.create(spec("pvc", EXT4, BYTES));
    assertThat(another.id()).isEqualTo(volume.id());

    assertThat(store.repairs().kept(another.id())).isEmpty();
    sweep(store);

    assertThatThrownBy(() -> store.get(kept.id())).isInstanceOf(StorageException.NotFound.class);
    assertThat(status(store).chargedBytes()).isEqualTo(BYTES);
  }

  @Test
  void aVolumeInUseIsRefused() throws Exception {
    start(FileSystemType.XFS, EXT4);
    store.attach(volume.id());

    for (Allowed allowed : Allowed.values()) {
      assertThatThrownBy(() -> store.repairs().mend(volume.id(), allowed))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("in use by")
          .hasMessageContaining("loop");
    }
  }

  @Test
  void aPoolThatCannotShareBlocksSaysWhatToDoInstead() throws Exception {
    start(FileSystemType.EXT4, EXT4);

    assertThatThrownBy(() -> store.repairs().mend(volume.id(), Allowed.CHECK))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("cannot share blocks")
        .hasMessageContaining("copy the image to another disk");
  }

  @Test
  void rawBlockAndDirectoriesAreRefused() throws Exception {
    start(FileSystemType.XFS, new Shape.Raw(Provisioning.THIN));
    Volume tree = store.create(spec("tree", new Shape.Tree(false), BYTES));

    assertThatThrownBy(() -> store.repairs().mend(volume.id(), Allowed.CHECK))
        .hasMessageContaining("raw block");
    assertThatThrownBy(() -> store.repairs().mend(tree.id(), Allowed.CHECK))
        .hasMessageContaining("directory");
    assertThatThrownBy(() ->
            store
                .repairs()
                .mend(new VolumeId("aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa"), Allowed.CHECK))
        .isInstanceOf(StorageException.NotFound.class);
  }

  @Test
  void aCheckClaimsAllThatTheVolumeHolds() throws Exception {
    startThick();
    ground.kernel().damage(image(), Damage.COUNTS);
    long free = store.capacity(Optional.empty(), THICK).availableBytes();
    Volume _ = store.create(spec("ballast", THICK, free - BYTES / 2));

    assertThatThrownBy(() -> store.repairs().mend(volume.id(), Allowed.CHECK))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageStartingWith("pool default: %d bytes are needed".formatted(BYTES));
  }

  private void startThick() throws Exception {
    var image = new PoolConfig.Image(1L << 30, FileSystemType.XFS);
    start(FakeGround.on(root, FileSystemType.EXT4, Optional.of(image), THICK), THICK);
  }

  @Test
  void aThickVolumeStaysThick() throws Exception {
    startThick();
    ground.kernel().damage(image(), Damage.COUNTS);

    Snapshot _ = mended();

    assertThat(ground.linux().disk().stat(image()).orElseThrow().allocatedBytes())
        .isGreaterThanOrEqualTo(BYTES);
  }

  @Test
  void aPoolWithoutRoomForACopyRefusesACheck() throws Exception {
    start(FileSystemType.XFS, EXT4);
    ground.kernel().damage(image(), Damage.COUNTS);
    ground.kernel().leaveAvailable(0);

    assertThatThrownBy(() -> store.repairs().mend(volume.id(), Allowed.CHECK))
        .isInstanceOf(StorageException.Exhausted.class);
    assertThat(ground.linux().disk().list(layout().staging())).allMatch(Layout::isTemplate);
  }

  @Test
  void theLogOfAnXfsIsReplayedOnTheCopy() throws Exception {
    start(FileSystemType.XFS, new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN));
    Path _ = Driver.show(ground.linux(), store.attach(volume.id()), ground.folder(), volume.id());
    ground.kernel().reboot();
    store = Driver.started(ground.linux(), ground.pool());

    Rehearsal rehearsal = store.repairs().mend(volume.id(), Allowed.CHECK);

    assertThat(rehearsal.repair().outcome()).isEqualTo(Outcome.CLEAN);
    assertThat(ground.linux().loops().all()).isEmpty();
  }

  private Snapshot mended() throws StorageException, IOException {
    return store.repairs().mend(volume.id(), Allowed.WITH_LOSS).kept().orElseThrow();
  }

  private List<Snapshot> listed(Snapshots.Filter filter) throws StorageException {
    return store.snapshots(filter, 0, Optional.empty()).entries();
  }

  private void write(String word) throws Exception {
    Path shown = shown();
    Files.writeString(ground.contentOf(shown.resolve("word")), word);
    hidden(shown);
  }

  private String read() throws Exception {
    Path shown = shown();
    try {
      return Files.readString(ground.contentOf(shown.resolve("word")));
    } finally {
      hidden(shown);
    }
  }

  private Path shown() throws Exception {
    return Driver.show(ground.linux(), store.attach(volume.id()), ground.folder(), volume.id());
  }

  private void hidden(Path shown) throws Exception {
    Driver.hide(ground.linux(), shown);
    store.detach(volume.id());
  }

  private void restart() throws PoolHeld {
    store.close();
    store = Driver.started(ground.linux(), ground.pool());
  }

  /// Returns everything that the fake kernel has in an image.
  private static byte[] head(Path image) throws IOException {
    try (var file = Files.newInputStream(image)) {
      return file.readNBytes(4096);
    }
  }

  private Layout layout() {
    return new Layout(ground.pool().path());
  }

  private Path image() {
    return layout().volume(volume.id()).image();
  }

  private static Outcome outcome(Damage damage) {
    return switch (damage) {
      case NONE -> Outcome.CLEAN;
      case COUNTS -> Outcome.MENDED;
      case FILES -> Outcome.MENDED_WITH_LOSS;
      case HOPELESS -> Outcome.BEYOND_REPAIR;
      case ENDLESS -> Outcome.STOPPED;
    };
  }
}
