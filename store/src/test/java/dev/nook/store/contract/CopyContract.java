package dev.nook.store.contract;

import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// Rules for every volume store that makes a volume from another one or from a snapshot.
abstract class CopyContract extends StoreFixture {
  private static final int COPIES = 10;
  private static final Name SNAPSHOT = new Name("snapshot-1");

  private VolumeSpec spec(String name, StoredId origin) {
    return Driver.spec(name, ground.shape(), bytes, origin);
  }

  private Volume copy(String name, StoredId origin) throws StorageException, IOException {
    return store.create(spec(name, origin));
  }

  /// Makes a volume into which a pod has written a word, and unstages it.
  private VolumeId written(String name, String word) throws Exception {
    VolumeId id = create(name).id();
    write(id, word);
    return id;
  }

  private boolean cutsInUse() throws IOException {
    FileSystemType host = linux.disk().space(ground.pool().path()).type().orElseThrow();
    return host != FileSystemType.EXT4 && !ground.shape().equals(new Shape.Tree(false));
  }

  @Test
  void aSourceOfAnotherShapeIsRefusedNamingBoth() throws Exception {
    VolumeId source = create("source").id();
    SnapshotId snapshot = store.snapshot(SNAPSHOT, source).id();
    Shape other =
        isTree()
            ? new Shape.Raw(Provisioning.THIN)
            : new Shape.Formatted(
                FileSystemType.EXT4,
                ground.shape().provisioning() == Provisioning.THIN
                    ? Provisioning.THICK
                    : Provisioning.THIN);

    for (StoredId origin : List.of(source, snapshot)) {
      assertThatThrownBy(() -> store.create(Driver.spec("copy", other, bytes, origin)))
          .isInstanceOf(StorageException.InvalidArgument.class)
          .hasMessageContaining("volume_content_source")
          .hasMessageContaining(other.toString())
          .hasMessageContaining(ground.shape().toString());
    }
    assertThat(store.list(0, Optional.empty()).entries()).hasSize(1);
  }

  @Test
  void aSnapshotThatIsNotHereIsToldFromOneThatIsNowhere() throws Exception {
    VolumeId volume = create("pvc").id();
    SnapshotId absent = store.idOf(SNAPSHOT, volume);

    assertThatThrownBy(() -> copy("copy", new SnapshotId("garbage")))
        .isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> copy("copy", absent)).isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> copy("copy", new SnapshotId("aaaaaaaa-s-aaaaaaaaaaaaaaaaaaaaaaaaaa")))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining("aaaaaaaa")
        .hasMessageContaining(Driver.NODE);
    assertThat(status(store).chargedBytes()).isEqualTo(bytes);
  }

  @Test
  void aCopyIsNeverSmallerThanItsSource() throws Exception {
    VolumeId source = create("source").id();
    SnapshotId snapshot = store.snapshot(SNAPSHOT, source).id();

    for (StoredId origin : List.of(source, snapshot)) {
      assertThatThrownBy(
              () -> store.create(Driver.spec("copy", ground.shape(), bytes - 4096, origin)))
          .isInstanceOf(StorageException.OutOfRange.class)
          .hasMessageContaining(Long.toString(bytes))
          .hasMessageContaining(Long.toString(bytes - 4096));
      assertThatThrownBy(
              () -> store.create(ranged("copy", new CapacityRange(0, bytes - 4096), origin)))
          .isInstanceOf(StorageException.OutOfRange.class);
    }
    assertThat(store.create(ranged("copy", CapacityRange.ANY, source)).capacityBytes())
        .isEqualTo(bytes);
  }

  private VolumeSpec ranged(String name, CapacityRange range, StoredId origin) {
    VolumeSpec spec = spec(name, origin);
    return new VolumeSpec(spec.name(), spec.pool(), spec.shape(), range, spec.source());
  }

  @Test
  void aFullPoolRefusesACopyBeforeAnythingIsMade() throws Exception {
    VolumeId source = written("source", "first");
    SnapshotId snapshot = store.snapshot(SNAPSHOT, source).id();
    long free = store.capacity(Optional.empty(), ground.shape()).availableBytes();
    store.create(Driver.spec("filling", ground.shape(), free));
    long charged = status(store).chargedBytes();

    for (StoredId origin : List.of(source, snapshot)) {
      assertThatThrownBy(() -> copy("copy", origin)).isInstanceOf(StorageException.Exhausted.class);
    }
    assertThatThrownBy(() -> store.snapshot(new Name("another"), source))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining("pool " + PoolName.DEFAULT);

    assertThat(status(store).chargedBytes()).isEqualTo(charged);
    assertThat(linux.disk().list(ground.pool().path().resolve("trash"))).isEmpty();
    store.delete(snapshot);
    store.delete(source);
    assertThat(store.list(0, Optional.empty()).entries()).hasSize(1);
  }

  @Test
  void aCopyHoldsWhatItsSourceHeldAtTheCut() throws Exception {
    VolumeId source = written("source", "first");
    Snapshot snapshot = store.snapshot(SNAPSHOT, source);
    Volume clone = copy("clone", source);
    write(source, "later");

    Volume restored = copy("restored", snapshot.id());

    assertThat(restored.source()).isEqualTo(new VolumeSource.OfSnapshot(snapshot.id()));
    assertThat(restored.content().shape()).isEqualTo(ground.shape());
    assertThat(store.get(restored.id())).isEqualTo(restored);
    assertThat(read(restored.id())).isEqualTo("first");
    assertThat(read(clone.id())).isEqualTo("first");
    assertThat(read(source)).isEqualTo("later");
    write(restored.id(), "other");
    assertThat(read(copy("again", snapshot.id()).id())).isEqualTo("first");
  }

  @Test
  void aVolumeInUseIsCopiedAsItIsOrNotAtAll() throws Exception {
    VolumeId source = create("source").id();
    Path target = shown(source);
    say(target, "alive");

    if (cutsInUse()) {
      SnapshotId snapshot = store.snapshot(SNAPSHOT, source).id();
      Volume clone = copy("clone", source);
      say(target, "later");
      assertThat(read(clone.id())).isEqualTo("alive");
      assertThat(read(copy("restored", snapshot).id())).isEqualTo("alive");
      assertThat(said(target)).isEqualTo("later");
    } else {
      assertThatThrownBy(() -> store.snapshot(SNAPSHOT, source))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("in use")
          .hasMessageContaining("pool image");
      assertThatThrownBy(() -> copy("clone", source))
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("pool image");
      assertThat(status(store).chargedBytes()).isEqualTo(bytes);
    }
    hidden(source, target);
  }

  @Test
  void aSourceAndItsCopiesAreShownSideBySide() throws Exception {
    VolumeId source = written("source", "first");
    SnapshotId snapshot = store.snapshot(SNAPSHOT, source).id();
    Set<UUID> uuids = new HashSet<>();
    Set<VolumeId> shown = new HashSet<>(List.of(source));
    List<Path> targets = new ArrayList<>(List.of(shown(source)));

    for (int i = 1; i <= COPIES; i++) {
      Volume clone = copy("copy-" + i, i % 2 == 0 || !cutsInUse() ? snapshot : source);
      shown.add(clone.id());
      targets.add(shown(clone.id()));
      assertThat(said(targets.get(i))).isEqualTo("first");
      if (clone.content() instanceof Content.Formatted(var _, var uuid)) {
        assertThat(uuids.add(uuid)).isTrue();
      }
    }

    assertThat(store.attached()).isEqualTo(shown);
    for (int i = 1; i <= COPIES; i++) {
      say(targets.get(i), "%05d".formatted(i));
    }
    for (int i = 1; i <= COPIES; i++) {
      assertThat(said(targets.get(i))).isEqualTo("%05d".formatted(i));
    }
    assertThat(said(targets.getFirst())).isEqualTo("first");
  }

  @Test
  void aLargerCopyIsLarger() throws Exception {
    SnapshotId snapshot = store.snapshot(SNAPSHOT, written("source", "first")).id();

    Volume larger = store.create(Driver.spec("larger", ground.shape(), 2 * bytes, snapshot));

    assertThat(larger.capacityBytes()).isEqualTo(2 * bytes);
    Attachment attachment = store.attach(larger.id());
    if (attachment instanceof Attachment.FileSystem(var device, var type)) {
      linux.fileSystems().expandUnmounted(device, type);
    }
    Path target = Driver.show(linux, attachment, ground.folder(), larger.id());
    assertThat(said(target)).isEqualTo("first");
    if (attachment instanceof Attachment.FileSystem(var _, var type)) {
      linux.fileSystems().expand(target, type);
      assertThat(linux.fileSystems().usage(target).totalBytes())
          .isBetween(bytes * 3 / 2, 2 * bytes);
    }
    hidden(larger.id(), target);
  }

  @Test
  void theSameCallAgainGetsItsCopyThoughTheSourceIsGone() throws Exception {
    VolumeId source = written("source", "first");
    SnapshotId snapshot = store.snapshot(SNAPSHOT, source).id();
    Volume clone = copy("clone", source);
    Volume restored = copy("restored", snapshot);
    store.delete(snapshot);
    store.delete(source);
    sweep(store);

    restart();

    assertThat(copy("clone", source)).isEqualTo(clone);
    assertThat(copy("restored", snapshot)).isEqualTo(restored);
    assertThatThrownBy(() -> create("clone")).isInstanceOf(StorageException.Incompatible.class);
    assertThatThrownBy(() -> copy("restored", source))
        .isInstanceOf(StorageException.Incompatible.class);
    assertThat(read(clone.id())).isEqualTo("first");
    assertThat(read(restored.id())).isEqualTo("first");
  }

  @Test
  void theImageOfASnapshotIsReadOnlyAndThatOfACopyIsNot() throws Exception {
    VolumeId source = create("source").id();
    SnapshotId snapshot = store.snapshot(SNAPSHOT, source).id();
    Volume restored = copy("restored", snapshot);
    Layout layout = new Layout(ground.pool().path());

    if (isTree()) {
      assertThat(mode(layout.snapshot(snapshot).data())).isEqualTo(mode(home(source).data()));
    } else {
      assertThat(mode(layout.snapshot(snapshot).image())).isEqualTo("r--------");
      assertThat(mode(home(source).image())).isEqualTo("rw-------");
      assertThat(mode(home(restored.id()).image())).isEqualTo("rw-------");
    }
  }

  private String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(ground.contentOf(path)));
  }

  @Test
  void aCopyDeletedFirstHurtsNobody() throws Exception {
    VolumeId source = written("source", "first");
    SnapshotId snapshot = store.snapshot(SNAPSHOT, source).id();
    VolumeId restored = copy("restored", snapshot).id();

    store.delete(restored);
    sweep(store);

    assertThat(read(source)).isEqualTo("first");
    assertThat(read(copy("again", snapshot).id())).isEqualTo("first");
  }

  @Test
  void aCopyOfACopyOutlivesThemAll() throws Exception {
    VolumeId source = written("source", "first");
    VolumeId clone = copy("clone", source).id();
    SnapshotId snapshot = store.snapshot(SNAPSHOT, clone).id();
    VolumeId last = copy("last", snapshot).id();

    store.delete(source);
    store.delete(snapshot);
    store.delete(clone);
    sweepAll();

    assertThat(read(last)).isEqualTo("first");
    store.delete(last);
    sweep(store);
    assertNothingKept();
  }

  @Test
  void aRestartFindsEveryCopyAndTheSameLedger() throws Exception {
    VolumeId source = written("source", "first");
    SnapshotId snapshot = store.snapshot(SNAPSHOT, source).id();
    Volume restored = copy("restored", snapshot);
    long charged = status(store).chargedBytes();

    restart();

    assertThat(store.get(restored.id())).isEqualTo(restored);
    assertThat(status(store).chargedBytes()).isEqualTo(charged);
    store.delete(snapshot);
    sweepAll();
    long left = status(store).chargedBytes();
    long both = bytes + restored.promisedBytes();
    assertThat(left).isBetween(both, isFreedByExtents() ? charged : both);
    restart();
    assertThat(status(store).chargedBytes()).isEqualTo(left);
  }

  /// Whether a copy is charged what it shares in addition to its size.
  private boolean isFreedByExtents() throws IOException {
    return !(ground.shape() instanceof Shape.Tree)
        && linux.disk().space(ground.pool().path()).is(FileSystemType.BTRFS);
  }
}
