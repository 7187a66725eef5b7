package dev.nook.store.space;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.store.PoolConfig;
import dev.nook.store.Volumes;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.trash.Reserve;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.testing.fault.Fault;
import dev.nook.testing.fault.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

/// Tests what a pool promises, and what it does when it is full or its disk fails.
class PoolCapacityTest {
  private static final Shape THIN = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN);
  private static final Shape THICK = new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK);

  @TempDir(factory = InMemory.class)
  Path root;

  private FakeGround ground;
  private Linux linux;
  private Layout layout;

  @BeforeEach
  void boot() throws IOException {
    on(FileSystemType.XFS, Optional.empty());
  }

  private void on(FileSystemType host, Optional<PoolConfig.Image> image) throws IOException {
    Path folder = java.nio.file.Files.createDirectory(root.resolve(host + "-" + image.isPresent()));
    ground = FakeGround.on(folder, host, image, THIN);
    linux = ground.linux();
    layout = new Layout(ground.pool().path());
  }

  @Test
  void aDirectoryWhoseSizeNothingEnforcesNeedsAClassThatSaysSo() throws Exception {
    VolumeStore store = Driver.started(linux, ground.pool());

    assertThatThrownBy(() -> store.create(spec("pvc", new Shape.Tree(true), MIB)))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining("quota: none");

    assertThat(store.capacity(Optional.empty(), new Shape.Tree(true)))
        .isEqualTo(Volumes.Capacity.NONE);
    assertThat(store.capacity(Optional.empty(), new Shape.Tree(false)).availableBytes())
        .isPositive();
  }

  @Test
  void aThickVolumeNeedsAPoolThatOwnsItsFilesystem() throws Exception {
    VolumeStore shared = Driver.started(linux, ground.pool());
    assertThatThrownBy(() -> shared.create(spec("pvc", THICK, 64 * MIB)))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining("thick");
    assertThat(shared.capacity(Optional.empty(), THICK)).isEqualTo(Volumes.Capacity.NONE);

    on(FileSystemType.EXT4, Optional.of(new PoolConfig.Image(1L << 30, FileSystemType.XFS)));
    VolumeStore own = Driver.started(linux, ground.pool());
    VolumeId id = own.create(spec("pvc", THICK, 64 * MIB)).id();

    assertThat(linux.disk().stat(layout.volume(id).image()).orElseThrow().allocatedBytes())
        .isGreaterThanOrEqualTo(64 * MIB);
  }

  @Test
  void aThickVolumeIsNotCopiedWhereThinOnesMayTakeItsBlocks() throws Exception {
    on(FileSystemType.EXT4, Optional.of(new PoolConfig.Image(1L << 30, FileSystemType.XFS)));
    VolumeStore store = Driver.started(linux, ground.pool().withOvercommit(2));
    VolumeId thick = store.create(spec("thick", THICK, 64 * MIB)).id();
    VolumeId thin = store.create(spec("thin", THIN, 64 * MIB)).id();

    assertThatThrownBy(() -> store.snapshot(new Name("snapshot"), thick))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("overcommit 2");
    assertThatThrownBy(() -> store.create(spec("clone", THICK, 64 * MIB, thick)))
        .isInstanceOf(StorageException.NotReady.class)
        .hasMessageContaining("overcommit 2");

    store.snapshot(new Name("snapshot"), thin);
    assertThat(linux.disk().list(layout.snapshots())).hasSize(1);
    assertThat(linux.disk().list(layout.volumes())).hasSize(2);
  }

  @Test
  void createsInParallelFillThePoolAndNeverOverbookIt()
      throws IOException, PoolHeld, InterruptedException {
    PoolConfig config = ground.pool().withSize(40 * 64 * MIB);
    VolumeStore store = Driver.started(linux, config);
    List<Callable<Boolean>> creates = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      String name = "pvc-" + i;
      creates.add(() -> {
        try {
          return store.create(spec(name, THIN, 64 * MIB)).capacityBytes() == 64 * MIB;
        } catch (StorageException.Exhausted _) {
          return false;
        }
      });
    }

    int made = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Boolean> create : threads.invokeAll(creates)) {
        made += create.resultNow() ? 1 : 0;
      }
    }

    assertThat(made).isEqualTo(40);
    assertThat(status(store).chargedBytes()).isEqualTo(config.sizeBytes().orElseThrow());
    assertThat(status(store).availableBytes()).isZero();
  }

  @Test
  void trashCountsUntilItIsGone() throws Exception {
    on(FileSystemType.EXT4, Optional.of(new PoolConfig.Image(1L << 30, FileSystemType.XFS)));
    VolumeStore store = Driver.started(linux, ground.pool().withSize(128 * MIB));
    VolumeId id = store.create(spec("pvc", THICK, 128 * MIB)).id();

    store.delete(id);

    assertThat(status(store).trashBytes()).isEqualTo(128 * MIB);
    assertThat(store.capacity(Optional.empty(), THICK).availableBytes()).isZero();
    sweep(store);
    assertThat(status(store).trashBytes()).isZero();
    assertThat(store.capacity(Optional.empty(), THICK).availableBytes()).isEqualTo(128 * MIB);
  }

  @Test
  void whatCannotBeRemovedMakesNoRoomAndKeepsNoOtherFromMakingIt() throws Exception {
    VolumeStore store = Driver.started(linux, ground.pool().withSize(128 * MIB));
    VolumeId stuck = store.create(spec("stuck", THIN, 64 * MIB)).id();
    VolumeId id = store.create(spec("pvc", THIN, 64 * MIB)).id();
    Path inside = layout.volume(stuck).directory().resolve("inside");
    linux.disk().makeDirectory(inside);
    store.delete(stuck);
    Path discarded = layout.trash().resolve(linux.disk().list(layout.trash()).getFirst());
    linux.mounts().bind(ground.folder(), discarded.resolve("inside"), MountFlags.NONE);

    assertThatThrownBy(() -> store.create(spec("pvc-2", THIN, 64 * MIB)))
        .isInstanceOf(StorageException.Exhausted.class);
    store.delete(id);
    store.create(spec("pvc-2", THIN, 64 * MIB));

    assertThat(status(store).trashBytes()).isPositive();
    assertThatThrownBy(() -> sweep(store)).hasMessageContaining("EXDEV");
    linux.mounts().unmount(discarded.resolve("inside"));
    sweep(store);
    assertThat(status(store).trashBytes()).isZero();
  }

  @Test
  void aThinVolumeIsChargedByTheRatio() throws Exception {
    PoolConfig config = ground.pool().withSize(64 * MIB).withOvercommit(4);
    VolumeStore store = Driver.started(linux, config);

    assertThat(store.capacity(Optional.empty(), THIN).availableBytes()).isEqualTo(256 * MIB);
    store.create(spec("pvc", THIN, 256 * MIB));

    assertThat(status(store).chargedBytes()).isEqualTo(64 * MIB);
    assertThat(store.capacity(Optional.empty(), THIN).availableBytes()).isZero();
  }

  @Test
  void withoutASizeAVolumeHasOneGibibyte() throws Exception {
    VolumeStore store = Driver.started(linux, ground.pool());

    assertThat(store.create(spec("pvc", THIN, 0)).capacityBytes()).isEqualTo(1L << 30);
  }

  @Test
  void aCreateThatMeetsAFullDiskIsExhaustedAndLeavesNothing() throws Exception {
    int first = firstCallAfterStart();
    for (int call = first; ; call++) {
      Faults faults = Faults.at(linux, call, Fault.ENOSPC);
      VolumeStore store = Driver.started(faults.linux(), ground.pool());
      try {
        VolumeId id = store.create(spec("pvc", THIN, 64 * MIB)).id();
        if (!faults.fired()) {
          assertThat(call).isGreaterThan(first + 8);
          return;
        }
        assertThat(faults.calls().get(call - 1))
            .as("what a volume can do without")
            .containsAnyOf(
                "template", "FileSystems.formatter", "Disk.space", "Disk.stat", "Disk.locate");
        store.delete(id);
      } catch (StorageException.Exhausted e) {
        assertThat(e).hasMessageContaining("pool default");
      }
      assertThat(linux.disk().list(layout.staging()))
          .as("before any sweep")
          .allMatch(Layout::isTemplate);
      assertThat(linux.disk().list(layout.volumes())).isEmpty();
      sweep(store);
      assertThat(status(store).chargedBytes()).isZero();
      store.close();
    }
  }

  @Test
  void aDeleteOnAFullDiskGivesUpTheReserveAndItIsTakenAgain() throws Exception {
    VolumeStore first = Driver.started(linux, ground.pool());
    VolumeId id = first.create(spec("pvc", THIN, 64 * MIB)).id();
    sweep(first);
    first.close();
    assertThat(linux.disk().stat(layout.reserve()).orElseThrow().allocatedBytes())
        .isEqualTo(Reserve.BYTES);
    ground.kernel().leaveAvailable(0);
    Faults rename = renameFails(id);

    VolumeStore store = Driver.started(rename.linux(), ground.pool());
    store.delete(id);

    assertThat(rename.fired()).isTrue();
    assertThat(linux.disk().stat(layout.reserve())).isEmpty();
    assertThatThrownBy(() -> store.get(id)).isInstanceOf(StorageException.NotFound.class);
    ground.kernel().leaveAvailable(1L << 30);
    sweep(store);
    assertThat(linux.disk().stat(layout.reserve())).isPresent();
  }

  private int firstCallAfterStart() throws PoolHeld {
    Driver.started(linux, ground.pool()).close();
    Faults counted = Faults.none(linux);
    Driver.started(counted.linux(), ground.pool()).close();
    return counted.calls().size(); // The last call drops the lock.
  }

  /// Fails the one rename of a delete, by finding its number first.
  private Faults renameFails(VolumeId id) throws Exception {
    for (int call = firstCallAfterStart(); ; call++) {
      Faults faults = Faults.at(linux, call, Fault.CRASH_BEFORE);
      VolumeStore doomed = Driver.started(faults.linux(), ground.pool());
      try {
        doomed.delete(id);
      } catch (dev.nook.testing.fault.Crash _) {
        if (faults.calls().getLast().contains("Disk.rename")) {
          return Faults.at(linux, call, Fault.ENOSPC);
        }
      }
    }
  }

  @Test
  void anIoErrorMakesThePoolReadOnlyUntilItIsRecovered() throws Exception {
    VolumeStore before = Driver.started(linux, ground.pool());
    VolumeId id = before.create(spec("pvc", THIN, 64 * MIB)).id();
    VolumeId doomed = before.create(spec("doomed", THIN, 64 * MIB)).id();
    before.close();
    linux.disk().write(layout.degraded(), "whatever".getBytes(StandardCharsets.UTF_8));

    VolumeStore store = Driver.started(linux, ground.pool());

    assertThat(status(store).health()).isInstanceOf(Health.Degraded.class);
    for (var call :
        List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
            () -> store.create(spec("new", THIN, 64 * MIB)),
            () -> store.expand(id, new CapacityRange(128 * MIB, 0)))) {
      assertThatThrownBy(call)
          .isInstanceOf(StorageException.NotReady.class)
          .hasMessageContaining("nook pool recover default");
    }
    assertThat(store.capacity(Optional.empty(), THIN)).isEqualTo(Volumes.Capacity.NONE);
    assertThat(store.create(spec("pvc", THIN, 64 * MIB)).id()).isEqualTo(id);
    store.attach(id);
    store.detach(id);
    store.delete(doomed);
    sweep(store);

    Driver.of(linux, ground.pool()).recover(PoolName.DEFAULT);
    sweep(store);

    assertThat(status(store).health()).isEqualTo(new Health.Open());
    store.create(spec("new", THIN, 64 * MIB));
  }

  @Test
  void anIoErrorLeavesAMarkThatOutlivesTheDriver() throws Exception {
    Faults faults = Faults.at(linux, firstCallAfterStart() + 4, Fault.EIO);
    VolumeStore store = Driver.started(faults.linux(), ground.pool());

    assertThatThrownBy(() -> store.create(spec("pvc", THIN, 64 * MIB)))
        .isInstanceOf(IOException.class);

    assertThat(faults.fired()).isTrue();
    assertThat(status(store).health()).isInstanceOf(Health.Degraded.class);
    store.close();
    assertThat(status(Driver.started(linux, ground.pool())).health())
        .isInstanceOfSatisfying(
            Health.Degraded.class, degraded -> assertThat(degraded.why()).contains("EIO"));
  }

  @Test
  void aThousandVolumesAreCreatedListedFoundAgainAndDeleted()
      throws IOException, StorageException, PoolHeld, ExecutionException, InterruptedException {
    PoolConfig config = ground.pool().withSize(60L << 30);
    VolumeStore store = Driver.started(linux, config);
    for (int i = 0; i < 1001; i++) {
      store.create(spec("pvc-" + i, new Shape.Raw(Provisioning.THIN), 4096));
    }
    store.close();

    VolumeStore again = Driver.started(linux, config);
    var first = again.list(0, Optional.empty());
    var second = again.list(0, first.nextToken());

    assertThat(first.entries()).hasSize(1000);
    assertThat(second.entries()).hasSize(1);
    assertThat(status(again).volumes()).isEqualTo(1001);
    assertThat(status(again).chargedBytes()).isEqualTo(1001 * Ledger.LEAST);
    for (var entry : first.entries()) {
      again.delete(entry.id());
    }
    again.delete(second.entries().getFirst().id());
    sweep(again);
    assertThat(status(again).chargedBytes()).isZero();
    assertThat(linux.disk().list(layout.trash())).isEmpty();
  }
}
