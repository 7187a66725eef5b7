package dev.nook.store.loop;

import static dev.nook.store.loop.Cuts.allocated;
import static dev.nook.store.loop.Cuts.blocksOf;
import static dev.nook.store.loop.Cuts.changed;
import static dev.nook.store.loop.Cuts.cut;
import static dev.nook.store.loop.Cuts.differing;
import static dev.nook.store.loop.Cuts.holds;
import static dev.nook.store.loop.Cuts.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.SnapshotReader;
import dev.nook.store.error.StorageException;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares what a reader says of images with their bytes, on the filesystems that share blocks.
@RealKernel
class SnapshotReaderIT {
  private static final long SEED = 20;
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
        snapshots.add(cut(RealPool.linux(), image, i));
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
      SnapshotReader base = cut(RealPool.linux(), image, 1);
      RandomWrites.into(image, random, 100);
      SnapshotReader later = cut(RealPool.linux(), image, 2);
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

  private static void defragment(FileSystemType type, Path file) throws IOException {
    if (type == FileSystemType.BTRFS) {
      Processes.run(Command.of("btrfs", "filesystem", "defragment", "-f", file.toString()));
    } else {
      Processes.run(Command.of("xfs_fsr", file.toString()));
    }
  }
}
