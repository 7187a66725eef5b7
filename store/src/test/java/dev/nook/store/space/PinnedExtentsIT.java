package dev.nook.store.space;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What images that were copied are charged on btrfs, which frees an extent when nobody has a part
/// of it any more.
@RealKernel
class PinnedExtentsIT {
  private static final int BLOCK = 4096;
  private static final long BYTES = 32 * MIB;
  private static final Shape SHAPE = new Shape.Raw(Provisioning.THIN);
  private static final Name CUT = new Name("cut");

  @TempDir Path root;

  private final Linux linux = RealPool.linux();
  private RealPool disk;
  private VolumeStore store;
  private VolumeId source;

  @BeforeEach
  void fillAVolume() throws Exception {
    disk = RealPool.create(root, FileSystemType.BTRFS, 512 * MIB);
    store = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, disk.path()));
    source = store.create(Driver.spec("source", SHAPE, BYTES)).id();
    write(source, 0, 1);
  }

  @AfterEach
  void close() throws Exception {
    store.close();
    disk.close();
  }

  @Test
  void whatADeletedSnapshotLeavesIsChargedToItsVolume() throws Exception {
    SnapshotId cut = store.snapshot(CUT, source).id();
    assertThat(charged()).isEqualTo(2 * BYTES);
    for (int i = 1; i < 8; i++) {
      write(source, i, 8);
    }

    store.delete(cut);
    assertThat(charged()).isEqualTo(2 * BYTES);
    sweep(store);

    assertThat(charged()).isEqualTo(BYTES + BYTES / 8 * 7);
    assertThat(afterRestart()).isEqualTo(BYTES + BYTES / 8 * 7);
    store.delete(source);
    sweep(store);
    assertThat(charged()).isZero();
  }

  @Test
  void whatWasOverwrittenInFullLeavesNothing() throws Exception {
    SnapshotId cut = store.snapshot(CUT, source).id();
    write(source, 0, 1);

    store.delete(cut);
    sweep(store);

    assertThat(charged()).isEqualTo(BYTES);
  }

  @Test
  void aCloneIsChargedWhatItSharesUntilItSharesNothing() throws Exception {
    VolumeId clone = store.create(Driver.spec("clone", SHAPE, BYTES, source)).id();

    assertThat(charged()).isEqualTo(3 * BYTES);
    assertThat(afterRestart()).isEqualTo(3 * BYTES);
    store.delete(source);
    sweep(store);
    assertThat(charged()).isEqualTo(BYTES);
    store.delete(clone);
    sweep(store);
    assertThat(charged()).isZero();
  }

  @Test
  void aDeletedCloneLeavesWhatItKept() throws Exception {
    VolumeId clone = store.create(Driver.spec("clone", SHAPE, BYTES, source)).id();
    write(source, 0, 2);

    store.delete(clone);
    sweep(store);

    assertThat(charged()).isEqualTo(BYTES + BYTES / 2);
  }

  @Test
  void aCloneIsRefusedThatWouldHaveNoRoomForWhatItKeeps() throws Exception {
    long free = store.capacity(Optional.empty(), SHAPE).availableBytes();
    store.create(Driver.spec("filling", SHAPE, free - BYTES - MIB));

    assertThatThrownBy(() -> store.create(Driver.spec("clone", SHAPE, BYTES, source)))
        .isInstanceOf(StorageException.Exhausted.class)
        .hasMessageContaining("%d bytes are needed".formatted(2 * BYTES));

    store.delete(store.idOf(Driver.spec("filling", SHAPE, MIB)));
    store.create(Driver.spec("clone", SHAPE, BYTES, source));
  }

  /// What is discarded within an extent would stay taken, and be taken again elsewhere.
  @Test
  void discardsArePassedOnToXfsOnly() throws Exception {
    assertThat(heldAfterDiscard(store, disk.path(), source)).isEqualTo(BYTES);

    try (RealPool xfs = RealPool.create(root, FileSystemType.XFS, 512 * MIB);
        VolumeStore other = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, xfs.path()))) {
      Volume volume = other.create(Driver.spec("source", SHAPE, BYTES));
      write(other, volume.id(), 0, 1);
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

  private long charged() throws IOException {
    return status(store).chargedBytes();
  }

  private long afterRestart() throws Exception {
    store.close();
    store = Driver.started(linux, PoolConfig.of(PoolName.DEFAULT, disk.path()));
    return charged();
  }

  private void write(VolumeId id, int first, int every) throws Exception {
    write(store, id, first, every);
  }

  /// One block in so many.
  private static void write(VolumeStore pools, VolumeId id, int first, int every) throws Exception {
    if (pools.attach(id) instanceof Attachment.Device(var device)) {
      try (FileChannel channel = FileChannel.open(device, StandardOpenOption.WRITE)) {
        for (long at = (long) first * BLOCK; at < BYTES; at += (long) every * BLOCK) {
          channel.write(ByteBuffer.allocate(BLOCK).putLong(0, at + 1), at);
        }
        channel.force(true);
      }
    }
    pools.detach(id);
  }
}
