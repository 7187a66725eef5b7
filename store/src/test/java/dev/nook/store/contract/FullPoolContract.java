package dev.nook.store.contract;

import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Rules for every volume store without room: only deletions make room, and they do so at once.
abstract class FullPoolContract extends StoreFixture {
  private static final int VOLUMES = 4;
  private static final Name SNAPSHOT = new Name("snapshot");

  private Layout layout;

  @BeforeEach
  void fill() throws Exception {
    restart(ground.pool().withSize(VOLUMES * bytes));
    layout = new Layout(ground.pool().path());
    for (int i = 0; i < VOLUMES; i++) {
      create("pvc-" + i);
    }
    assertThat(status(store).chargedBytes()).isEqualTo(VOLUMES * bytes);
  }

  private void restart(PoolConfig config) throws PoolHeld {
    store.close();
    store = Driver.started(linux, config);
  }

  private Volume volume(int number) throws StorageException, IOException {
    return store.get(store.idOf(spec("pvc-" + number)));
  }

  @Test
  void aCallThatDoesNotFitIsRefusedBeforeAnythingIsMade() throws Exception {
    write(volume(0).id(), "first");

    assertThatThrownBy(() -> create("one-more"))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining("pool default");
    assertThatThrownBy(
            () -> store.create(Driver.spec("copy", ground.shape(), bytes, volume(0).id())))
        .isInstanceOf(StorageException.Exhausted.class);
    assertThatThrownBy(() -> store.snapshot(SNAPSHOT, volume(0).id()))
        .isInstanceOf(StorageException.Exhausted.class);
    assertThatThrownBy(() -> store.expand(volume(0).id(), new CapacityRange(bytes + 4096, 0)))
        .isInstanceOf(StorageException.ExpansionRefused.class);

    assertThat(linux.disk().list(layout.volumes())).hasSize(VOLUMES);
    assertThat(linux.disk().list(layout.snapshots())).isEmpty();
    assertThat(linux.disk().list(layout.staging())).isEmpty();
    assertThat(status(store).chargedBytes()).isEqualTo(VOLUMES * bytes);
  }

  @Test
  void aVolumeTakesTheRoomOfOneThatWasDeletedAtThisMoment() throws Exception {
    for (int i = 0; i < 3 * VOLUMES; i++) {
      store.delete(volume(i).id());

      create("pvc-" + (VOLUMES + i));
    }

    assertThat(status(store).chargedBytes()).isEqualTo(VOLUMES * bytes);
  }

  @Test
  void aSnapshotAndACopyTakeIt() throws Exception {
    write(volume(0).id(), "first");
    store.delete(volume(1).id());

    SnapshotId snapshot = store.snapshot(SNAPSHOT, volume(0).id()).id();
    store.delete(volume(2).id());
    store.delete(volume(3).id());

    store.create(Driver.spec("copy", ground.shape(), bytes, snapshot));
  }

  @Test
  void anExpansionTakesIt() throws Exception {
    store.delete(volume(1).id());

    Volume grown = store.expand(volume(0).id(), new CapacityRange(2 * bytes, 0));

    assertThat(grown.capacityBytes()).isEqualTo(2 * bytes);
    assertThat(status(store).chargedBytes()).isEqualTo(VOLUMES * bytes);
  }

  @Test
  void aVolumeTakesTheRoomOfADeletedSnapshot() throws Exception {
    write(volume(0).id(), "first");
    store.delete(volume(1).id());
    SnapshotId snapshot = store.snapshot(SNAPSHOT, volume(0).id()).id();
    assertThatThrownBy(() -> create("one-more")).isInstanceOf(StorageException.Exhausted.class);
    store.delete(snapshot);

    create("one-more");

    assertThat(status(store).chargedBytes()).isEqualTo(VOLUMES * bytes);
  }

  @Test
  void callsThatMakeRoomBesideTheSweepEachHaveTheirs()
      throws InterruptedException, ExecutionException, IOException {
    List<Callable<Boolean>> calls = new ArrayList<>();
    for (int i = 0; i < VOLUMES; i++) {
      int number = i;
      calls.add(() -> {
        for (int round = 0; round < 20; round++) {
          store.delete(volume(number + round * VOLUMES).id());
          create("pvc-" + (number + (round + 1) * VOLUMES));
        }
        return true;
      });
    }
    calls.add(() -> {
      for (int i = 0; i < 100; i++) {
        sweep(store);
      }
      return true;
    });

    try (ExecutorService threads = Executors.newFixedThreadPool(calls.size())) {
      for (Future<Boolean> call : threads.invokeAll(calls)) {
        assertThat(call.get()).isTrue();
      }
    }

    sweep(store);
    assertThat(linux.disk().list(layout.trash())).isEmpty();
    assertThat(status(store).trashBytes()).isZero();
    assertThat(status(store).chargedBytes()).isEqualTo(VOLUMES * bytes);
  }
}
