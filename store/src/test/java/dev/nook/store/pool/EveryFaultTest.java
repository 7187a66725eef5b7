package dev.nook.store.pool;

import static dev.nook.store.pool.Driver.MIB;
import static dev.nook.store.pool.Driver.spec;
import static dev.nook.store.pool.Driver.status;
import static dev.nook.store.pool.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.CapacityRange;
import dev.nook.store.Name;
import dev.nook.store.PoolName;
import dev.nook.store.PoolStatus.Health;
import dev.nook.store.Shape;
import dev.nook.store.Shape.Provisioning;
import dev.nook.store.StorageException;
import dev.nook.store.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.testing.Crash;
import dev.nook.testing.Fault;
import dev.nook.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Fails call 1, 2, 3 and so on of every port in each operation, in every way; starts a driver on
/// what is left; and demands: acknowledged stays, unacknowledged leaves nothing or is whole, the
/// same call again succeeds, the ledger agrees with the disk.
class EveryFaultTest {
  private static final long BYTES = 64 * MIB;
  private static final Set<Fault> UNDOABLE = Set.of(Fault.EIO, Fault.ENOSPC);

  /// One kind of volume on one kind of host.
  enum Kind {
    LOOP(FileSystemType.XFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN)),
    DIRECTORY(FileSystemType.BTRFS, new Shape.Tree(true));

    private final FileSystemType host;
    private final Shape shape;

    Kind(FileSystemType host, Shape shape) {
      this.host = host;
      this.shape = shape;
    }
  }

  private interface Work {
    void run(Pools store) throws StorageException, IOException;
  }

  /// What must hold after a fault, seen by a new driver; true when the work was acknowledged.
  private interface Check {
    void run(Pools store, boolean acknowledged) throws StorageException, IOException;
  }

  @TempDir(factory = InMemory.class)
  Path root;

  private int grounds;
  private FakeGround ground;
  private Fault fault = Fault.EIO;
  private long recounted;

  @BeforeEach
  void boot() throws StorageException, IOException, PoolHeld {
    fresh(Fault.EIO, Kind.LOOP);
  }

  @ParameterizedTest
  @EnumSource
  void creating(Fault fault) throws Exception {
    for (Kind kind : Kind.values()) {
      everyCall(
          fault,
          kind,
          _ -> {},
          store -> store.create(spec("pvc", kind.shape, BYTES)),
          (store, acknowledged) -> {
            boolean present = present(store, "pvc");
            assertThat(present || !acknowledged).isTrue();
            assertThat(present && !acknowledged && UNDOABLE.contains(fault)).isFalse();
            assertThat(status(store).chargedBytes()).isEqualTo(present ? 2 * BYTES : BYTES);
            store.create(spec("pvc", kind.shape, BYTES));
            assertThat(present(store, "pvc")).isTrue();
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void deleting(Fault fault) throws Exception {
    for (Kind kind : Kind.values()) {
      everyCall(
          fault,
          kind,
          store -> store.create(spec("pvc", kind.shape, BYTES)),
          store -> store.delete(id(store, "pvc")),
          (store, acknowledged) -> {
            boolean present = present(store, "pvc");
            assertThat(present && acknowledged).isFalse();
            assertThat(status(store).chargedBytes()).isEqualTo(present ? 2 * BYTES : BYTES);
            store.delete(id(store, "pvc"));
            sweep(store);
            assertThat(status(store).chargedBytes()).isEqualTo(BYTES);
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void growing(Fault fault) throws Exception {
    CapacityRange twice = new CapacityRange(2 * BYTES, 0);
    for (Kind kind : Kind.values()) {
      everyCall(
          fault,
          kind,
          store -> store.attach(store.create(spec("pvc", kind.shape, BYTES)).id()),
          store -> store.grow(id(store, "pvc"), twice),
          (store, acknowledged) -> {
            long bytes = store.get(id(store, "pvc")).capacityBytes();
            assertThat(bytes).isIn(acknowledged ? Set.of(2 * BYTES) : Set.of(BYTES, 2 * BYTES));
            assertThat(status(store).chargedBytes()).isBetween(BYTES + bytes, 3 * BYTES);
            assertThat(store.grow(id(store, "pvc"), twice).capacityBytes()).isEqualTo(2 * BYTES);
            assertThat(status(store).chargedBytes()).isEqualTo(3 * BYTES);
            assertThat(ground.linux().loops().all())
                .allSatisfy(loop -> assertThat(loop.bytes()).isEqualTo(2 * BYTES));
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void attaching(Fault fault) throws Exception {
    for (Kind kind : Kind.values()) {
      everyCall(
          fault,
          kind,
          store -> store.create(spec("pvc", kind.shape, BYTES)),
          store -> store.attach(id(store, "pvc")),
          (store, acknowledged) -> {
            int loops = ground.linux().loops().all().size();
            assertThat(loops).isLessThanOrEqualTo(1);
            assertThat(loops == 1 && !acknowledged && UNDOABLE.contains(fault)).isFalse();
            store.attach(id(store, "pvc"));
            store.detach(id(store, "pvc"));
            assertThat(ground.linux().loops().all()).isEmpty();
          });
    }
  }

  @ParameterizedTest
  @EnumSource
  void starting(Fault fault) throws Exception {
    for (int call = 1; ; call++) {
      fresh(fault, Kind.LOOP);
      leaveAMess();
      Faults faults = Faults.at(ground.linux(), call, fault);
      Pools faulty = Driver.of(faults.linux(), ground.pool());
      boolean started =
          attempt(
              faulty,
              store -> {
                lock(store);
                store.scan();
              });

      if (!faults.fired()) {
        assertThat(started).isTrue();
        return;
      }
      if (started && UNDOABLE.contains(fault)) {
        heal(faulty);
        assertThat(status(faulty).health())
            .as(faults.calls().get(call - 1))
            .isEqualTo(new Health.Open());
      }
      close(faulty);
      check(
          faults.calls().get(call - 1),
          (store, _) -> {
            assertThat(present(store, "kept")).isTrue();
            assertThat(status(store).chargedBytes()).isEqualTo(BYTES);
          },
          false);
    }
  }

  @ParameterizedTest
  @EnumSource
  void startingForTheFirstTimeInAPoolImage(Fault fault) throws Exception {
    for (int call = 1; ; call++) {
      this.fault = fault;
      Path folder = Files.createDirectory(root.resolve("ground" + ++grounds));
      ground =
          FakeGround.on(
              folder,
              FileSystemType.EXT4,
              Optional.of(new PoolConfig.Image(1L << 30, FileSystemType.BTRFS)),
              new Shape.Tree(true));
      Faults faults = Faults.at(ground.linux(), call, fault);
      Pools faulty = Driver.of(faults.linux(), ground.pool());
      boolean started =
          attempt(
              faulty,
              store -> {
                lock(store);
                store.scan();
              });

      if (!faults.fired()) {
        assertThat(started).isTrue();
        return;
      }
      close(faulty);
      Pools next = Driver.started(ground.linux(), ground.pool());
      heal(next);
      assertThat(status(next).health())
          .as(faults.calls().get(call - 1))
          .isEqualTo(new Health.Open());
      next.create(spec("pvc", ground.shape(), BYTES));
      next.close();
      ground.close();
      assertThat(ground.linux().disk().list(folder)).noneMatch(name -> name.endsWith(".new"));
    }
  }

  private void everyCall(Fault fault, Kind kind, Work prepare, Work work, Check check)
      throws Exception {
    for (int call = 1; ; call++) {
      fresh(fault, kind);
      Pools store = Driver.started(ground.linux(), ground.pool());
      prepare.run(store);
      store.close();
      Faults counted = Faults.none(ground.linux());
      Driver.started(counted.linux(), ground.pool()).close();
      int before = counted.calls().size() - 1; // The last call drops the lock.

      Faults faults = Faults.at(ground.linux(), before + call, fault);
      Pools faulty = Driver.started(faults.linux(), ground.pool());
      boolean acknowledged = attempt(faulty, work);

      if (!faults.fired()) {
        assertThat(acknowledged).as("without a fault").isTrue();
        return;
      }
      String at = faults.calls().get(before + call - 1);
      Optional<Long> charged = Optional.empty();
      if (UNDOABLE.contains(fault)) {
        heal(faulty);
        charged = Optional.of(status(faulty).chargedBytes());
      }
      close(faulty);
      check(at, check, acknowledged);
      if (charged.isPresent()) {
        assertThat(recounted).as("the ledger, %s", at).isEqualTo(charged.get());
      }
    }
  }

  private void fresh(Fault fault, Kind kind) throws StorageException, IOException, PoolHeld {
    this.fault = fault;
    Path folder = Files.createDirectory(root.resolve("ground" + ++grounds));
    ground = FakeGround.on(folder, kind.host, kind.shape);
    Pools store = Driver.started(ground.linux(), ground.pool());
    store.create(spec("kept", kind.shape, BYTES));
    store.close();
  }

  /// A construction that was cut off, and a deletion.
  private void leaveAMess() throws Exception {
    Pools store = Driver.started(ground.linux(), ground.pool());
    VolumeId id = store.create(spec("pvc", ground.shape(), BYTES)).id();
    store.delete(store.create(spec("gone", ground.shape(), BYTES)).id());
    store.close();
    Layout layout = new Layout(ground.pool().path());
    ground
        .linux()
        .disk()
        .rename(layout.volume(id).directory(), layout.staged(id, "nonce").directory());
  }

  private void check(String at, Check check, boolean acknowledged) throws Exception {
    Pools store = Driver.started(ground.linux(), ground.pool());
    heal(store);
    assertThat(status(store).health()).as(at).isEqualTo(new Health.Open());
    recounted = status(store).chargedBytes();
    Layout layout = new Layout(ground.pool().path());
    assertThat(ground.linux().disk().list(layout.staging())).as(at).isEmpty();
    assertThat(ground.linux().disk().list(layout.trash())).as(at).isEmpty();
    assertThat(status(store).trashBytes()).as(at).isZero();
    try {
      check.run(store, acknowledged);
    } catch (StorageException | IOException | AssertionError e) {
      throw new AssertionError("%s at %s: %s".formatted(fault, at, e.getMessage()), e);
    }
    assertThat(present(store, "kept")).as(at).isTrue();
    store.close();
  }

  /// What an administrator and time do: the disk is sound again, and the pool is swept.
  private static void heal(Pools store) throws StorageException, IOException {
    if (status(store).health() instanceof Health.Degraded) {
      store.recover(PoolName.DEFAULT);
    }
    sweep(store);
    sweep(store);
  }

  private static boolean attempt(Pools store, Work work) {
    try {
      work.run(store);
      return true;
    } catch (StorageException | IOException | Crash _) {
      return false;
    }
  }

  private static void lock(Pools store) throws IOException {
    try {
      store.lock(Duration.ZERO);
    } catch (PoolHeld e) {
      throw new AssertionError("nobody holds it", e);
    }
  }

  private static void close(Pools store) {
    try {
      store.close();
    } catch (Crash _) {
      // A dead driver's locks are free.
    }
  }

  private static VolumeId id(Pools store, String name) throws StorageException {
    return store.idOf(spec(name, new Shape.Tree(false), BYTES));
  }

  private static boolean present(Pools store, String name) throws StorageException, IOException {
    VolumeId id = VolumeId.of(status(store).tag().orElseThrow(), new Name(name));
    try {
      return store.get(id).capacityBytes() > 0;
    } catch (StorageException.NotFound _) {
      return false;
    }
  }
}
