package dev.nook.store.fault;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
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
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.testing.fault.Crash;
import dev.nook.testing.fault.Fault;
import dev.nook.testing.fault.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// Fails call 1, 2, 3 and so on of every port in an operation, in one way; starts a driver on what
/// is left; and demands what holds after every fault: nothing is left behind, the ledger agrees
/// with the disk, and the volume that was there is there.
abstract class FaultFixture {
  static final long BYTES = 64 * MIB;
  static final Set<Fault> UNDOABLE = Set.of(Fault.EIO, Fault.ENOSPC);

  /// One kind of volume on one kind of host.
  enum Kind {
    LOOP(FileSystemType.XFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN)),
    LOOP_ON_BTRFS(
        FileSystemType.BTRFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN)),
    LOOP_WITHOUT_REFLINK(
        FileSystemType.EXT4, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN)),
    SUBVOLUME(FileSystemType.BTRFS, new Shape.Tree(true)),
    DIRECTORY(FileSystemType.EXT4, new Shape.Tree(false));

    final FileSystemType host;
    final Shape shape;

    Kind(FileSystemType host, Shape shape) {
      this.host = host;
      this.shape = shape;
    }
  }

  interface Work {
    void run(VolumeStore store) throws StorageException, IOException;
  }

  /// Checks what must hold after a fault, with a new driver; the argument says whether the work was
  /// acknowledged.
  interface Check {
    void run(VolumeStore store, boolean acknowledged) throws StorageException, IOException;
  }

  @TempDir(factory = InMemory.class)
  Path root;

  int grounds;
  FakeGround ground;
  Fault fault = Fault.EIO;
  private long recounted;

  @BeforeEach
  void boot() throws StorageException, IOException, PoolHeld {
    fresh(Fault.EIO, Kind.LOOP, _ -> {});
  }

  void everyCall(Fault fault, Kind kind, Work prepare, Work work, Check check) throws Exception {
    fresh(fault, kind, prepare);
    int before = callsOfAStart();
    for (int call = 1; !isRepeated(fault, call); call++) {
      fresh(fault, kind, prepare);
      Faults faults = Faults.at(ground.linux(), before + call, fault);
      VolumeStore faulty = Driver.started(faults.linux(), ground.pool());
      boolean acknowledged = attempt(faulty, work);

      if (!faults.fired()) {
        assertThat(acknowledged).as("without a fault").isTrue();
        assertThat(call).as("calls of %s", kind).isGreaterThan(1);
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

  /// Whether the remaining calls show nothing new: a driver that dies before a call leaves what one
  /// leaves that dies after the call before, which [Fault#CRASH_AFTER] tries.
  static boolean isRepeated(Fault fault, int call) {
    return fault == Fault.CRASH_BEFORE && call > 1;
  }

  private int callsOfAStart() throws PoolHeld {
    Faults counted = Faults.none(ground.linux());
    Driver.started(counted.linux(), ground.pool()).close();
    return counted.calls().size() - 1; // The last call drops the lock.
  }

  final void fresh(Fault fault, Kind kind, Work prepare)
      throws StorageException, IOException, PoolHeld {
    this.fault = fault;
    Path folder = Files.createDirectory(root.resolve("ground" + ++grounds));
    ground = FakeGround.on(folder, kind.host, kind.shape);
    VolumeStore store = Driver.started(ground.linux(), ground.pool());
    store.create(spec("kept", kind.shape, BYTES));
    prepare.run(store);
    store.close();
  }

  void check(String at, Check check, boolean acknowledged) throws Exception {
    VolumeStore store = Driver.started(ground.linux(), ground.pool());
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

  /// Recovers and sweeps the pools, as an administrator would with a sound disk.
  static void heal(VolumeStore store) throws StorageException, IOException {
    if (status(store).health() instanceof Health.Degraded) {
      store.recover(PoolName.DEFAULT);
    }
    sweep(store);
    sweep(store);
  }

  static boolean attempt(VolumeStore store, Work work) {
    try {
      work.run(store);
      return true;
    } catch (StorageException | IOException | Crash _) {
      return false;
    }
  }

  static void close(VolumeStore store) {
    try {
      store.close();
    } catch (Crash _) {
      // A dead driver's locks are free.
    }
  }

  static VolumeId id(VolumeStore store, String name) throws StorageException {
    return store.idOf(spec(name, new Shape.Tree(false), BYTES));
  }

  static boolean present(VolumeStore store, String name) throws StorageException, IOException {
    VolumeId id = VolumeId.of(status(store).tag().orElseThrow(), new Name(name));
    try {
      return store.get(id).capacityBytes() > 0;
    } catch (StorageException.NotFound _) {
      return false;
    }
  }
}
