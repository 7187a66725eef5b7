package dev.nook.store.space;

import static dev.nook.store.ground.Driver.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.PoolConfig;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.RealGround;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Volume;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What images pin on a real btrfs.
@RealKernel
class PinnedExtentsIT extends PinnedExtentsContract {
  @TempDir Path root;
  @TempDir Path elsewhere;

  @Override
  protected Ground ground() throws IOException {
    return RealGround.on(root, FileSystemType.BTRFS, SHAPE);
  }

  /// Discarded blocks within an extent would stay allocated, and be allocated again elsewhere.
  @Test
  void discardsArePassedOnToXfsOnly() throws Exception {
    assertThat(heldAfterDiscard(store, ground.pool().path(), source)).isEqualTo(BYTES);

    try (RealPool xfs = RealPool.create(elsewhere, FileSystemType.XFS, 512 * MIB);
        VolumeStore other = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, xfs.path()))) {
      Volume volume = other.create(Driver.spec("source", SHAPE, BYTES));
      write(ground, other, volume.id(), 0, 1);
      assertThat(heldAfterDiscard(other, xfs.path(), volume.id())).isZero();
    }
  }

  private long heldAfterDiscard(VolumeStore pools, Path pool, VolumeId id) throws Exception {
    if (pools.attach(id) instanceof Attachment.Device(var device)) {
      var _ = Processes.run(Command.of("blkdiscard", device.toString()).accepting(0, 1));
    }
    pools.detach(id);
    Path image = new Layout(pool).volume(id).image();
    linux.disk().syncFileSystem(image);
    return linux.disk().stat(image).orElseThrow().allocatedBytes();
  }
}
