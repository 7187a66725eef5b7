package dev.nook.store.pool;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.spec;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.Volumes.Listed;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.InMemory;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.testing.fault.Interleaved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Housekeeping reads a record again that was damaged and has been put back, while its volume grows
/// at whatever moment: afterwards lists say the size that the record says.
class ReadAgainTest {
  private static final EnumSet<Thread.State> AT_REST =
      EnumSet.of(Thread.State.WAITING, Thread.State.BLOCKED, Thread.State.TERMINATED);

  @TempDir(factory = InMemory.class)
  Path root;

  @Test
  void aRecordThatIsReadAgainWhileItsVolumeGrowsIsNotTakenForTheNewOne()
      throws StorageException, IOException, PoolHeld, InterruptedException, ExecutionException {
    Shape shape = new Shape.Raw(Shape.Provisioning.THIN);
    int call = 1;
    boolean happened = true;
    while (happened) {
      FakeGround ground =
          FakeGround.on(
              Files.createDirectory(root.resolve("ground" + call)), FileSystemType.XFS, shape);
      Interleaved interleaved = Interleaved.over(ground.linux());
      VolumeStore store = Driver.started(interleaved.linux(), ground.pool());
      VolumeId id = store.create(spec("pvc", shape, 64 * MIB)).id();
      Path meta = new Layout(ground.pool().path()).volume(id).meta();
      byte[] good = Files.readAllBytes(meta);
      Files.write(meta, new byte[1]);
      store.close();
      store = Driver.started(interleaved.linux(), ground.pool());
      Files.write(meta, good);

      VolumeStore driver = store;
      FutureTask<Long> growth =
          new FutureTask<>(
              () -> driver.expand(id, new CapacityRange(128 * MIB, 0)).capacityBytes());
      interleaved.before(call, () -> untilItWaits(growth));
      sweep(store);
      happened = interleaved.happened();
      if (happened) {
        assertThat(growth.get()).isEqualTo(128 * MIB);
        Listed listed = store.list(0, Optional.empty()).entries().getFirst();
        assertThat(listed.capacityBytes()).as("grown before call %d", call).isEqualTo(128 * MIB);
      }
      store.close();
      call++;
    }
    assertThat(call).isGreaterThan(10);
  }

  private static void untilItWaits(FutureTask<Long> growth) {
    Thread thread = Thread.ofPlatform().start(growth);
    while (!AT_REST.contains(thread.getState())) {
      Thread.onSpinWait();
    }
  }
}
