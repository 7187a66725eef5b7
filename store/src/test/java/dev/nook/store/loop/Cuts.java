package dev.nook.store.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.store.Ranges;
import dev.nook.store.SnapshotReader;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;

/// Cuts of an image, and what a reader says of them beside their bytes.
final class Cuts {
  private static final int BLOCK = 4096;
  private static final VolumeId VOLUME =
      VolumeId.of(PoolTag.of(new UUID(1, 2)), new Name("a volume"));

  private Cuts() {}

  static SnapshotReader cut(Linux linux, Path image, int number) throws IOException {
    Path copy = image.resolveSibling("snapshot" + number);
    linux.disk().sync(image);
    linux.disk().reflink(image, copy);
    linux.disk().sync(copy);
    return new ImageReader(snapshot(number), linux.extents().open(copy));
  }

  private static Snapshot snapshot(int number) {
    Name name = new Name("snapshot " + number);
    SnapshotId id = SnapshotId.of(PoolTag.of(new UUID(1, 2)), name);
    Content content = new Content.Raw(new Shape.Raw(Shape.Provisioning.THIN));
    return new Snapshot(id, name, PoolName.DEFAULT, VOLUME, 0, 0, content, Instant.EPOCH);
  }

  private interface Question {
    Ranges ask(long from) throws StorageException, IOException;
  }

  static List<Ranges.Range> allocated(SnapshotReader reader, int most)
      throws StorageException, IOException {
    return all(reader, from -> reader.allocated(from, most));
  }

  static List<Ranges.Range> changed(SnapshotReader reader, SnapshotReader base, int most)
      throws StorageException, IOException {
    return all(reader, from -> reader.changedSince(base, from, most));
  }

  /// Asks until the answer is complete; every answer must make progress.
  private static List<Ranges.Range> all(SnapshotReader reader, Question question)
      throws StorageException, IOException {
    List<Ranges.Range> ranges = new ArrayList<>();
    long from = 0;
    while (from < reader.bytes()) {
      Ranges some = question.ask(from);
      assertThat(some.next()).isGreaterThan(from);
      ranges.addAll(some.ranges());
      from = some.next();
    }
    return ranges;
  }

  static BitSet blocksOf(List<Ranges.Range> ranges) {
    BitSet blocks = new BitSet();
    for (Ranges.Range range : ranges) {
      blocks.set((int) (range.at() / BLOCK), (int) ((range.end() + BLOCK - 1) / BLOCK));
    }
    return blocks;
  }

  static void holds(BitSet named, BitSet needed) {
    BitSet missed = (BitSet) needed.clone();
    missed.andNot(named);
    assertThat(missed).as("blocks that were missed").isEqualTo(new BitSet());
  }

  static BitSet written(SnapshotReader reader) throws IOException {
    BitSet blocks = new BitSet();
    for (int block = 0; block * (long) BLOCK < reader.bytes(); block++) {
      blocks.set(block, !Arrays.equals(read(reader, block), new byte[BLOCK]));
    }
    return blocks;
  }

  static BitSet differing(SnapshotReader one, SnapshotReader other) throws IOException {
    BitSet blocks = new BitSet();
    for (int block = 0; block * (long) BLOCK < other.bytes(); block++) {
      blocks.set(block, !Arrays.equals(read(one, block), read(other, block)));
    }
    return blocks;
  }

  private static byte[] read(SnapshotReader reader, int block) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(BLOCK);
    int _ = reader.read(block * (long) BLOCK, bytes);
    return bytes.array();
  }
}
