package dev.nook.store.fault;

import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Snapshot;
import dev.nook.testing.fault.Fault;
import dev.nook.testing.fault.Faults;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Fails or kills every step of an expansion, and then makes every other call: whatever the
/// expansion leaves between content and record, all calls work, in the same driver and in the next.
class GrowthFaultsTest extends FaultFixture {
  private static final CapacityRange TWICE = new CapacityRange(2 * BYTES, 0);
  private static final CapacityRange LOWERED = new CapacityRange(BYTES * 3 / 2, 0);

  @ParameterizedTest
  @EnumSource(names = {"CRASH_BEFORE", "CRASH_AFTER"})
  void everyCallWorksForTheNextDriver(Fault fault) throws Exception {
    for (Kind kind : List.of(Kind.LOOP, Kind.LOOP_ON_BTRFS, Kind.SUBVOLUME)) {
      everyCall(
          fault,
          kind,
          store -> store.attach(store.create(spec("pvc", kind.shape, BYTES)).id()),
          store -> store.expand(id(store, "pvc"), TWICE),
          (store, _) -> everyCallWorks(store));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"EIO", "ENOSPC"})
  void everyCallWorksForTheSameDriver(Fault fault) throws Exception {
    for (Kind kind : List.of(Kind.LOOP, Kind.LOOP_ON_BTRFS, Kind.SUBVOLUME)) {
      for (int call = 1; ; call++) {
        fresh(fault, kind, store -> store.create(spec("pvc", kind.shape, BYTES)));
        Faults counted = Faults.none(ground.linux());
        Driver.started(counted.linux(), ground.pool()).close();
        int before = counted.calls().size() - 1;
        Faults faults = Faults.at(ground.linux(), before + call, fault);
        VolumeStore store = Driver.started(faults.linux(), ground.pool());
        attempt(store, pools -> pools.expand(id(pools, "pvc"), TWICE));
        if (!faults.fired()) {
          store.close();
          break;
        }
        heal(store);
        try {
          everyCallWorks(store);
        } catch (StorageException | IOException | AssertionError e) {
          throw new AssertionError(
              "%s at %s: %s".formatted(fault, faults.calls().get(before + call - 1), e), e);
        }
        store.close();
      }
    }
  }

  private void everyCallWorks(VolumeStore store) throws StorageException, IOException {
    VolumeId id = id(store, "pvc");
    store.attach(id);
    store.detach(id);
    Snapshot cut = store.snapshot(new Name("snapshot"), id);
    SnapshotId snapshot = cut.id();
    long lowered = store.expand(id, LOWERED).capacityBytes();
    assertThat(lowered).isBetween(LOWERED.requiredBytes(), TWICE.requiredBytes());
    for (StoredId origin : List.of(snapshot, id)) {
      long least = origin.equals(id) ? lowered : cut.sizeBytes();
      VolumeId copy = store.create(spec("copy", ground.shape(), least, origin)).id();
      assertThat(store.get(copy).capacityBytes()).isBetween(BYTES, TWICE.requiredBytes());
      store.attach(copy);
      store.detach(copy);
      store.expand(copy, TWICE);
      store.delete(copy);
    }
    store.delete(snapshot);
    assertThat(store.expand(id, TWICE).capacityBytes()).isEqualTo(TWICE.requiredBytes());
    store.attach(id);
    store.detach(id);
    sweep(store);
    sweep(store);
    assertThat(status(store).chargedBytes()).isEqualTo(3 * BYTES);
    store.delete(id);
    sweep(store);
    assertThat(status(store).chargedBytes()).isEqualTo(BYTES);
  }
}
