package dev.nook.store.fault;

import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.testing.fault.Fault;
import dev.nook.testing.fault.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Fails call 1, 2, 3 and so on of every port in each operation, in every way; starts a driver on
/// what is left; and demands: acknowledged stays, unacknowledged leaves nothing or is whole, the
/// same call again succeeds, the ledger agrees with the disk.
class EveryFaultTest extends FaultFixture {
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

  /// The first leaves the template that the second starts from.
  @ParameterizedTest
  @EnumSource
  void creatingTwoOfOneSize(Fault fault) throws Exception {
    Shape shape = Kind.LOOP.shape;
    everyCall(
        fault,
        Kind.LOOP,
        _ -> {},
        store -> {
          store.create(spec("first", shape, BYTES));
          store.create(spec("second", shape, BYTES));
        },
        (store, acknowledged) -> {
          boolean first = present(store, "first");
          boolean second = present(store, "second");
          assertThat((first && second) || !acknowledged).isTrue();
          assertThat(second && !acknowledged && UNDOABLE.contains(fault)).isFalse();
          assertThat(status(store).chargedBytes())
              .isEqualTo(BYTES * (1 + (first ? 1 : 0) + (second ? 1 : 0)));
          assertThat(store.create(spec("first", shape, BYTES)).content())
              .isNotEqualTo(store.create(spec("second", shape, BYTES)).content());
          for (String name : List.of("first", "second")) {
            store.attach(id(store, name));
            store.detach(id(store, name));
          }
        });
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
          store -> store.expand(id(store, "pvc"), twice),
          (store, acknowledged) -> {
            long bytes = store.get(id(store, "pvc")).capacityBytes();
            assertThat(bytes).isIn(acknowledged ? Set.of(2 * BYTES) : Set.of(BYTES, 2 * BYTES));
            assertThat(status(store).chargedBytes()).isBetween(BYTES + bytes, 3 * BYTES);
            assertThat(store.expand(id(store, "pvc"), twice).capacityBytes()).isEqualTo(2 * BYTES);
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
    for (int call = 1; !isRepeated(fault, call); call++) {
      fresh(fault, Kind.LOOP, _ -> {});
      leaveAMess();
      Faults faults = Faults.at(ground.linux(), call, fault);
      VolumeStore faulty = Driver.of(faults.linux(), ground.pool());
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
    for (int call = 1; !isRepeated(fault, call); call++) {
      this.fault = fault;
      Path folder = Files.createDirectory(root.resolve("ground" + ++grounds));
      ground =
          FakeGround.on(
              folder,
              FileSystemType.EXT4,
              Optional.of(new PoolConfig.Image(1L << 30, FileSystemType.BTRFS)),
              new Shape.Tree(true));
      Faults faults = Faults.at(ground.linux(), call, fault);
      VolumeStore faulty = Driver.of(faults.linux(), ground.pool());
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
      VolumeStore next = Driver.started(ground.linux(), ground.pool());
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

  /// A construction that was cut off, and a deletion.
  private void leaveAMess() throws Exception {
    VolumeStore store = Driver.started(ground.linux(), ground.pool());
    VolumeId id = store.create(spec("pvc", ground.shape(), BYTES)).id();
    store.delete(store.create(spec("gone", ground.shape(), BYTES)).id());
    store.close();
    Layout layout = new Layout(ground.pool().path());
    ground
        .linux()
        .disk()
        .rename(layout.volume(id).directory(), layout.staged(id, "nonce").directory());
  }

  private static void lock(VolumeStore store) throws IOException {
    try {
      store.lock(Duration.ZERO);
    } catch (PoolHeld e) {
      throw new AssertionError("nobody holds it", e);
    }
  }
}
