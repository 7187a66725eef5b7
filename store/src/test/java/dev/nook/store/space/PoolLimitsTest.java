package dev.nook.store.space;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolLimits;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Record;
import dev.nook.store.record.SnapshotKind;
import dev.nook.store.record.VolumeKind;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the limits of volumes and snapshots in a pool, and the least charge of each.
class PoolLimitsTest {
  private static final Shape RAW = new Shape.Raw(Provisioning.THIN);
  private static final Shape TREE = new Shape.Tree(true);

  @TempDir(factory = InMemory.class)
  Path root;

  @SuppressWarnings("NullAway.Init")
  private FakeGround ground;

  @BeforeEach
  void boot() throws IOException {
    boot(FileSystemType.XFS, RAW);
  }

  private void boot(FileSystemType host, Shape shape) throws IOException {
    ground = FakeGround.on(Files.createDirectory(root.resolve(host.toString())), host, shape);
  }

  private VolumeStore started(PoolLimits limits) throws PoolHeld {
    return Driver.started(ground.linux(), ground.pool().withLimits(limits));
  }

  @Test
  void oneMoreThanThePoolMayHoldIsExhaustedUntilOneIsDeleted() throws Exception {
    VolumeStore store = started(new PoolLimits(2, 2));
    VolumeId first = store.create(spec("first", RAW, MIB)).id();
    VolumeId second = store.create(spec("second", RAW, MIB)).id();
    SnapshotId snapshot = store.snapshot(new Name("one"), first).id();
    store.snapshot(new Name("two"), first);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> store.create(spec("third", RAW, MIB)))
          .isInstanceOf(StorageException.Exhausted.class)
          .hasMessageContaining("volumes=2");
      assertThatThrownBy(() -> store.create(spec("third", RAW, MIB, snapshot)))
          .isInstanceOf(StorageException.Exhausted.class);
      assertThatThrownBy(() -> store.snapshot(new Name("three"), first))
          .isInstanceOf(StorageException.Exhausted.class)
          .hasMessageContaining("snapshots=2");
      assertThat(store.create(spec("first", RAW, MIB)).id()).isEqualTo(first);
      assertThat(store.snapshot(new Name("one"), first).id()).isEqualTo(snapshot);
    }
    assertThat(ground.linux().disk().list(new Layout(ground.pool().path()).staging())).isEmpty();

    store.delete(second);
    store.delete(snapshot);
    store.create(spec("third", RAW, MIB));
    store.snapshot(new Name("three"), first);
    assertThat(status(store).limits()).isEqualTo(new PoolLimits(2, 2));
  }

  @Test
  void callsInParallelComeToTheMostAndNoFurther()
      throws PoolHeld, InterruptedException, ExecutionException {
    VolumeStore store = started(new PoolLimits(7, 7));
    List<Callable<Boolean>> creates = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String name = "pvc-" + i;
      creates.add(() -> {
        try {
          return store.create(spec(name, RAW, MIB)).capacityBytes() == MIB;
        } catch (StorageException.Exhausted _) {
          return false;
        }
      });
    }

    int made = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Boolean> create : threads.invokeAll(creates)) {
        made += create.get() ? 1 : 0;
      }
    }

    assertThat(made).isEqualTo(7);
    assertThat(status(store).volumes()).isEqualTo(7);
  }

  @Test
  void aPoolThatHoldsMoreThanItMayOpensAndServesWhatItHas() throws Exception {
    VolumeStore before = started(new PoolLimits(4, 4));
    List<VolumeId> volumes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      volumes.add(before.create(spec("pvc-" + i, RAW, MIB)).id());
    }
    SnapshotId snapshot = before.snapshot(new Name("one"), volumes.getFirst()).id();
    before.snapshot(new Name("two"), volumes.getFirst());
    before.close();

    VolumeStore store = started(new PoolLimits(2, 1));

    assertThat(status(store).volumes()).isEqualTo(4);
    assertThatThrownBy(() -> store.create(spec("more", RAW, MIB)))
        .isInstanceOf(StorageException.Exhausted.class);
    for (VolumeId id : volumes) {
      store.attach(id);
      store.detach(id);
    }
    for (VolumeId id : volumes.subList(0, 3)) {
      store.delete(id);
    }
    store.delete(snapshot);
    sweep(store);
    assertThat(store.create(spec("more", RAW, MIB)).capacityBytes()).isEqualTo(MIB);
  }

  @Test
  void snapshotsOfAnEmptyVolumeAreChargedUntilThePoolIsFull() throws Exception {
    boot(FileSystemType.BTRFS, TREE);
    long size = MIB + 5 * Ledger.LEAST;
    VolumeStore store = Driver.started(ground.linux(), ground.pool().withSize(size));
    VolumeId id = store.create(spec("empty", TREE, MIB)).id();
    for (int i = 1; i <= 5; i++) {
      assertThat(store.snapshot(new Name("snapshot-" + i), id).chargedBytes()).isZero();
      assertThat(status(store).chargedBytes()).isEqualTo(MIB + i * Ledger.LEAST);
    }

    assertThatThrownBy(() -> store.snapshot(new Name("one more"), id))
        .isInstanceOf(StorageException.Exhausted.class);
    assertThatThrownBy(() -> store.create(spec("small", TREE, 4096)))
        .isInstanceOf(StorageException.Exhausted.class);
    assertThat(status(store).availableBytes()).isZero();

    store.close();
    VolumeStore again = Driver.started(ground.linux(), ground.pool().withSize(size));
    assertThat(status(again).chargedBytes()).isEqualTo(size);
    again.delete(again.idOf(new Name("snapshot-1"), id));
    again.snapshot(new Name("one more"), id);
  }

  /// What exists stays, though it is charged more than the release before charged it.
  @Test
  void aPoolWhoseLedgerWasFullServesWhatItHas() throws Exception {
    boot(FileSystemType.BTRFS, TREE);
    VolumeStore before = Driver.started(ground.linux(), ground.pool());
    VolumeId id = before.create(spec("empty", TREE, MIB)).id();
    SnapshotId snapshot = before.snapshot(new Name("snapshot"), id).id();
    before.close();

    VolumeStore store = Driver.started(ground.linux(), ground.pool().withSize(MIB));

    assertThat(status(store).chargedBytes()).isEqualTo(MIB + Ledger.LEAST);
    assertThat(status(store).availableBytes()).isZero();
    store.attach(id);
    store.detach(id);
    assertThatThrownBy(() -> store.snapshot(new Name("another"), id))
        .isInstanceOf(StorageException.Exhausted.class);
    store.delete(snapshot);
    store.delete(id);
    sweep(store);
    assertThat(status(store).chargedBytes()).isZero();
  }

  /// Each has a name of the greatest length, in a pool that is at its limits.
  @Test
  void aPoolAtItsLimitsIsReadAgainInLittleMemory() throws Exception {
    VolumeStore before = Driver.started(ground.linux(), ground.pool().withSize(50L << 30));
    VolumeId source = before.create(spec("source", RAW, MIB)).id();
    Snapshot cut = before.snapshot(new Name("cut"), source);
    multiply(before.get(source), cut);
    before.close();
    long empty = usedHeap();

    VolumeStore store = Driver.started(ground.linux(), ground.pool().withSize(50L << 30));

    long each =
        (usedHeap() - empty) / (PoolLimits.DEFAULT.volumes() + PoolLimits.DEFAULT.snapshots());
    assertThat(each).as("bytes of memory for each").isLessThan(2048);
    assertThat(status(store).volumes()).isEqualTo(PoolLimits.DEFAULT.volumes());
    assertThat(status(store).snapshots()).isEqualTo(PoolLimits.DEFAULT.snapshots());
    assertThatThrownBy(() -> store.create(spec("one more", RAW, MIB)))
        .isInstanceOf(StorageException.Exhausted.class);
    assertThatThrownBy(() -> store.snapshot(new Name("one more"), source))
        .isInstanceOf(StorageException.Exhausted.class);
    store.delete(cut.id());
    store.snapshot(new Name("one more"), source);
    assertThat(store.list(0, Optional.empty()).nextToken()).isPresent();
    Reference.reachabilityFence(store);
  }

  private void multiply(Volume volume, Snapshot cut) throws IOException {
    Layout layout = new Layout(ground.pool().path());
    var tag = volume.id().tag().orElseThrow();
    for (int i = 1; i < PoolLimits.DEFAULT.volumes(); i++) {
      Name name = longName(i);
      VolumeId id = VolumeId.of(tag, name);
      put(
          layout.volume(id),
          new VolumeKind()
              .record(
                  new Volume(
                      id,
                      name,
                      volume.pool(),
                      MIB,
                      volume.content(),
                      new VolumeSource.OfSnapshot(cut.id()),
                      volume.created())));
    }
    for (int i = 1; i < PoolLimits.DEFAULT.snapshots(); i++) {
      Name name = longName(i);
      SnapshotId id = SnapshotId.of(tag, name);
      put(
          layout.snapshot(id),
          new SnapshotKind()
              .record(
                  new Snapshot(
                      id, name, cut.pool(), volume.id(), MIB, 0, cut.content(), cut.cut())));
    }
  }

  private static Name longName(int i) {
    return new Name("%0128d".formatted(i));
  }

  private static void put(Home home, Record record) throws IOException {
    Files.createDirectory(home.directory());
    Files.write(home.meta(), record.bytes());
  }

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      System.gc();
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
