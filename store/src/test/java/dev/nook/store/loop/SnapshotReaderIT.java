package dev.nook.store.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
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
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares what a reader says of images with their bytes, on the filesystems that share blocks.
@RealKernel
class SnapshotReaderIT {
  private static final int BLOCK = 4096;
  private static final long SEED = 20;
  private static final VolumeId VOLUME =
      VolumeId.of(PoolTag.of(new UUID(1, 2)), new Name("a volume"));

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void nothingThatChangedIsMissedWhateverIsWrittenPunchedTruncatedOrMoved(FileSystemType type)
      throws StorageException, IOException {
    try (RealPool pool = RealPool.create(folder.toRealPath(), type, 1L << 30)) {
      List<SnapshotReader> snapshots = new ArrayList<>();
      Path image = pool.path().resolve("image");
      RealPool.linux().disk().allocate(image, 16L << 20, Allocation.SPARSE);
      Random random = new Random(SEED);
      for (int i = 0; i < 6; i++) {
        RandomWrites.into(image, random, 60);
        snapshots.add(cut(image, pool, i));
        defragment(type, i % 2 == 0 ? image : pool.path().resolve("snapshot" + i));
      }
      int named = 0;
      int differing = 0;
      for (SnapshotReader base : snapshots) {
        assertThat(blocksOf(allocated(base, 7))).satisfies(a -> holds(a, written(base)));
        for (SnapshotReader later : snapshots) {
          BitSet changed = blocksOf(changed(later, base, 5));
          BitSet different = differing(base, later);
          holds(changed, different);
          named += changed.cardinality();
          differing += different.cardinality();
        }
      }
      System.out.printf("%s: %d blocks differ, %d were named%n", type, differing, named);
      assertThat(named).isLessThan(2 * differing);
      for (SnapshotReader snapshot : snapshots) {
        snapshot.close();
      }
    }
  }

  /// A balance moves every extent of a btrfs while they are asked for.
  @ParameterizedTest
  @EnumSource(names = "BTRFS")
  void nothingIsMissedWhileTheFilesystemMovesExtents(FileSystemType type)
      throws StorageException, IOException, InterruptedException, ExecutionException {
    try (RealPool pool = RealPool.create(folder.toRealPath(), type, 1L << 30);
        var mover = Executors.newSingleThreadExecutor()) {
      Path image = pool.path().resolve("image");
      RealPool.linux().disk().allocate(image, 16L << 20, Allocation.SPARSE);
      Random random = new Random(SEED);
      RandomWrites.into(image, random, 200);
      SnapshotReader base = cut(image, pool, 1);
      RandomWrites.into(image, random, 100);
      SnapshotReader later = cut(image, pool, 2);
      BitSet different = differing(base, later);

      Command balance =
          Command.of("btrfs", "balance", "start", "--full-balance", pool.path().toString());
      Future<?> moving = mover.submit(() -> Processes.run(balance));
      int asked = 0;
      do {
        holds(blocksOf(changed(later, base, 1000)), different);
        asked++;
      } while (!moving.isDone());

      assertThat(moving.get()).isNotNull();
      assertThat(asked).isPositive();
      base.close();
      later.close();
    }
  }

  private static SnapshotReader cut(Path image, RealPool pool, int number) throws IOException {
    Path copy = pool.path().resolve("snapshot" + number);
    RealPool.linux().disk().sync(image);
    RealPool.linux().disk().reflink(image, copy);
    RealPool.linux().disk().sync(copy);
    return new ImageReader(snapshot(number), RealPool.linux().extents().open(copy));
  }

  private static Snapshot snapshot(int number) {
    Name name = new Name("snapshot " + number);
    SnapshotId id = SnapshotId.of(PoolTag.of(new UUID(1, 2)), name);
    Content content = new Content.Raw(new Shape.Raw(Shape.Provisioning.THIN));
    return new Snapshot(id, name, PoolName.DEFAULT, VOLUME, 0, 0, content, Instant.EPOCH);
  }

  private static void defragment(FileSystemType type, Path file) throws IOException {
    if (type == FileSystemType.BTRFS) {
      Processes.run(Command.of("btrfs", "filesystem", "defragment", "-f", file.toString()));
    } else {
      Processes.run(Command.of("xfs_fsr", file.toString()));
    }
  }

  private interface Question {
    Ranges ask(long from) throws StorageException, IOException;
  }

  private static List<Ranges.Range> allocated(SnapshotReader reader, int most)
      throws StorageException, IOException {
    return all(reader, from -> reader.allocated(from, most));
  }

  private static List<Ranges.Range> changed(SnapshotReader reader, SnapshotReader base, int most)
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

  private static BitSet blocksOf(List<Ranges.Range> ranges) {
    BitSet blocks = new BitSet();
    for (Ranges.Range range : ranges) {
      blocks.set((int) (range.at() / BLOCK), (int) ((range.end() + BLOCK - 1) / BLOCK));
    }
    return blocks;
  }

  private static void holds(BitSet named, BitSet needed) {
    BitSet missed = (BitSet) needed.clone();
    missed.andNot(named);
    assertThat(missed).as("blocks that were missed").isEqualTo(new BitSet());
  }

  private static BitSet written(SnapshotReader reader) throws IOException {
    BitSet blocks = new BitSet();
    for (int block = 0; block * (long) BLOCK < reader.bytes(); block++) {
      blocks.set(block, !Arrays.equals(read(reader, block), new byte[BLOCK]));
    }
    return blocks;
  }

  private static BitSet differing(SnapshotReader one, SnapshotReader other) throws IOException {
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
