package dev.nook.store.space;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.status;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.store.error.StorageException;
import dev.nook.store.ground.Driver;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.ground.VolumeStore;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What images that were copied are charged on btrfs, which frees an extent when nobody has a part
/// of it any more.
abstract class PinnedExtentsContract extends StoreFixture {
  static final long BYTES = 32 * MIB;
  static final Shape SHAPE = new Shape.Raw(Provisioning.THIN);
  private static final int BLOCK = 4096;

  /// No block is written with what it holds.
  private static final AtomicInteger ROUNDS = new AtomicInteger();

  private static final Name CUT = new Name("cut");

  VolumeId source;

  @BeforeEach
  void fillAVolume() throws Exception {
    source = store.create(Driver.spec("source", SHAPE, BYTES)).id();
    write(source, 0, 1);
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

  private long charged() throws IOException {
    return status(store).chargedBytes();
  }

  private long afterRestart() throws Exception {
    restart();
    return charged();
  }

  /// One block in so many.
  private void write(VolumeId id, int first, int every) throws Exception {
    write(ground, store, id, first, every);
  }

  static void write(Ground ground, VolumeStore pools, VolumeId id, int first, int every)
      throws Exception {
    int round = ROUNDS.incrementAndGet();
    if (pools.attach(id) instanceof Attachment.Device(var device)) {
      try (FileChannel channel =
          FileChannel.open(ground.contentOf(device), StandardOpenOption.WRITE)) {
        for (long at = (long) first * BLOCK; at < BYTES; at += (long) every * BLOCK) {
          channel.write(ByteBuffer.allocate(BLOCK).putLong(0, at + 1).putInt(16, round), at);
        }
        channel.force(true);
      }
    }
    pools.detach(id);
  }
}
