package dev.nook.store.contract;

import static dev.nook.store.ground.Driver.MIB;
import static dev.nook.store.ground.Driver.sweep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.Ranges;
import dev.nook.store.SnapshotReader;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Rules for every volume store: reading snapshots.
abstract class SnapshotReaderContract extends StoreFixture {
  private static final int BLOCK = 4096;
  private static final int MANY = 10_000;

  @Test
  void whatIsOutsideTheRangesIsZeroOrTheSame() throws Exception {
    VolumeId volume = create("pvc").id();
    write(volume, "early");
    if (ground.shape() instanceof Shape.Raw) {
      writeBlock(volume, 8 * MIB);
    }
    Snapshot early = store.snapshot(new Name("early"), volume);
    write(volume, "later");
    Snapshot later = store.snapshot(new Name("later"), volume);
    if (isTree()) {
      assertThatThrownBy(() -> store.read(later.id()))
          .isInstanceOf(StorageException.InvalidArgument.class)
          .hasMessageContaining("has files and no blocks");
      return;
    }

    try (SnapshotReader reader = store.read(later.id());
        SnapshotReader base = store.read(early.id())) {
      store.delete(early.id());
      store.delete(later.id());
      sweep(store); // What is open can be read to its end.

      assertThat(reader.snapshot()).isEqualTo(later);
      assertThat(reader.bytes()).isEqualTo(later.sizeBytes());
      Ranges allocated = reader.allocated(0, MANY);
      Ranges changed = reader.changedSince(base, 0, MANY);
      assertThat(allocated.next()).isEqualTo(changed.next()).isEqualTo(later.sizeBytes());
      for (long at = 0; at < reader.bytes(); at += BLOCK) {
        byte[] block = read(reader, at);
        assertThat(names(allocated, at) || Arrays.equals(block, new byte[BLOCK])).isTrue();
        assertThat(names(changed, at) || Arrays.equals(block, read(base, at))).isTrue();
      }
      if (ground.shape() instanceof Shape.Raw) {
        assertThat(names(changed, 0)).isTrue();
        assertThat(names(allocated, 8 * MIB)).isTrue();
        assertThat(names(changed, 8 * MIB)).isEqualTo(!shares());
      }
    }
  }

  @Test
  void whatIsNoSnapshotIsNotRead() throws Exception {
    VolumeId volume = create("pvc").id();
    SnapshotId never = store.idOf(new Name("never"), volume);

    assertThatThrownBy(() -> store.read(never)).isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> store.read(new SnapshotId(volume.text())))
        .isInstanceOf(StorageException.NotFound.class);
  }

  private void writeBlock(VolumeId id, long at) throws Exception {
    Path shown = shown(id);
    try (FileChannel file = FileChannel.open(ground.contentOf(shown), StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.allocate(BLOCK).putLong(0, 1), at);
      file.force(true);
    }
    hidden(id, shown);
  }

  private boolean shares() throws IOException {
    return !linux.disk().space(ground.pool().path()).is(FileSystemType.EXT4);
  }

  private static boolean names(Ranges ranges, long at) {
    return ranges.ranges().stream().anyMatch(range -> range.at() < at + BLOCK && range.end() > at);
  }

  private static byte[] read(SnapshotReader reader, long at) throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    int _ = reader.read(at, block);
    return block.array();
  }
}
