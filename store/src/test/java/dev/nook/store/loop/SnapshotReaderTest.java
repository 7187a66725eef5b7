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
import dev.nook.store.SnapshotReader;
import dev.nook.store.error.StorageException;
import dev.nook.store.ground.InMemory;
import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Compares what a reader says of images with their bytes, on the fake kernel.
class SnapshotReaderTest {
  private static final int ROUNDS = 6;

  @TempDir(factory = InMemory.class)
  Path folder;

  @ParameterizedTest
  @EnumSource(names = {"XFS", "BTRFS"})
  void nothingThatChangedIsMissedWhateverIsWrittenPunchedTruncatedOrMoved(FileSystemType type)
      throws StorageException, IOException {
    FakeKernel kernel = new FakeKernel(folder, FakeKernel.Options.on(type));
    Path image = folder.resolve("image");
    kernel.linux().disk().allocate(image, 4L << 20, Allocation.SPARSE);
    Random random = new Random(20);
    List<SnapshotReader> snapshots = new ArrayList<>();
    for (int i = 0; i < ROUNDS; i++) {
      RandomWrites.into(image, random, 20);
      snapshots.add(cut(kernel.linux(), image, i));
      Path moved = i % 2 == 0 ? image : folder.resolve("snapshot" + i);
      if (type == FileSystemType.BTRFS && i < 2) {
        kernel.balance(moved);
      } else if (i < 4) {
        kernel.defragment(moved);
      }
    }
    int named = 0;
    int differing = 0;
    for (SnapshotReader base : snapshots) {
      holds(blocksOf(allocated(base, 7)), written(base));
      for (SnapshotReader later : snapshots) {
        BitSet changed = blocksOf(changed(later, base, 5));
        BitSet different = differing(base, later);
        holds(changed, different);
        named += changed.cardinality();
        differing += different.cardinality();
      }
    }
    assertThat(named).isLessThan(2 * differing);
    for (SnapshotReader snapshot : snapshots) {
      snapshot.close();
    }
  }
}
