package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.extent.Extent;
import dev.nook.linux.extent.ExtentFile;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk.Holding;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.OpenFlag;
import dev.nook.linux.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every kernel does with extents that two files share, on the filesystems that share them.
interface SharedExtentsContract extends Ground {
  int BLOCK = 4096;
  int BLOCKS = 64;

  /// Shares a file with a new one; returns whether the filesystem can, and demands a refusal if
  /// not.
  private boolean copied(Path source, Path copy) throws IOException {
    if (host() == FileSystemType.EXT4) {
      refused(Errno.EOPNOTSUPP, () -> disk().reflink(source, copy));
      return false;
    }
    disk().reflink(source, copy);
    disk().sync(copy);
    return true;
  }

  private Path filled() throws IOException {
    Path source = image("source", 2L * BLOCKS * BLOCK);
    write(source, 1, IntStream.range(0, BLOCKS).toArray());
    return source;
  }

  private void write(Path file, int round, int... blocks) throws IOException {
    try (FileChannel channel = FileChannel.open(contentOf(file), StandardOpenOption.WRITE)) {
      for (int block : blocks) {
        channel.write(
            ByteBuffer.allocate(BLOCK).putInt(0, round).putInt(8, block), (long) block * BLOCK);
      }
      channel.force(true);
    }
  }

  private void punch(Path file, int from, int blocks) throws IOException {
    try (Fd fd = Syscalls.open(contentOf(file), OpenFlag.O_RDWR)) {
      Syscalls.punchHole(fd, (long) from * BLOCK, (long) blocks * BLOCK);
      Syscalls.fsync(fd);
    }
  }

  /// Returns where each block lies that has an extent.
  private Map<Integer, Long> places(Path file) throws IOException {
    Map<Integer, Long> places = new TreeMap<>();
    try (ExtentFile open = linux().extents().open(file)) {
      for (Extent extent : open.extents(0, open.bytes())) {
        for (long at = extent.at(); at < extent.end(); at += BLOCK) {
          places.put((int) (at / BLOCK), extent.within(at, at + BLOCK).place());
        }
      }
    }
    return places;
  }

  private List<Integer> differing(Path one, Path other) throws IOException {
    Map<Integer, Long> first = places(one);
    Map<Integer, Long> second = places(other);
    return IntStream.range(0, 2 * BLOCKS)
        .filter(block ->
            !first.getOrDefault(block, 0L).equals(second.getOrDefault(block, 0L))
                || first.getOrDefault(block, 0L) == Extent.UNKNOWN)
        .boxed()
        .toList();
  }

  @Test
  default void aCopyHasEachBlockWhereItsSourceHasItUntilEitherIsWritten() throws IOException {
    Path source = filled();
    if (!copied(source, in("copy"))) {
      return;
    }
    assertThat(places(source)).hasSize(BLOCKS);
    assertThat(differing(source, in("copy"))).isEmpty();
    Map<Integer, Long> before = places(source);

    write(in("copy"), 2, 3);
    write(source, 2, 5);

    assertThat(differing(source, in("copy"))).containsExactly(3, 5);
    assertThat(places(source).get(3)).isEqualTo(before.get(3));
    assertThat(places(in("copy")).get(5)).isEqualTo(before.get(5));
    assertThat(disk().shares(source)).isTrue();
  }

  @Test
  default void aSecondCopyHasWhatTheFirstHasAndNothingThatWasWrittenBefore() throws IOException {
    Path source = filled();
    if (!copied(source, in("first"))) {
      return;
    }
    write(source, 2, 3);

    boolean _ = copied(source, in("second"));

    assertThat(differing(source, in("second"))).isEmpty();
    assertThat(differing(in("first"), in("second"))).containsExactly(3);
  }

  @Test
  default void whatIsPunchedInOneIsStillInTheOther() throws IOException {
    Path source = filled();
    if (!copied(source, in("copy"))) {
      return;
    }
    Map<Integer, Long> before = places(source);

    punch(in("copy"), 8, 8);

    assertThat(places(in("copy"))).doesNotContainKeys(8, 15).containsKeys(7, 16);
    assertThat(places(source)).isEqualTo(before);
  }

  @Test
  default void whatOneFileAloneHasIsWrittenInPlace() throws IOException {
    Path source = filled();
    Map<Integer, Long> before = places(source);

    write(source, 2, 3, 4, 40);
    assertThat(places(source)).isEqualTo(before);

    if (copied(source, in("copy"))) {
      disk().remove(in("copy"));
      syncUntil(() -> !disk().shares(source));
      write(source, 3, 5);
      assertThat(places(source)).isEqualTo(before);
    }
  }

  @Test
  default void anExtentIsSharedWhileAnotherFileHasAPartOfIt() throws IOException {
    Path source = filled();
    assertThat(disk().shares(source)).isFalse();
    if (!copied(source, in("copy"))) {
      return;
    }
    assertThat(disk().shares(source)).isTrue();
    assertThat(disk().shares(in("copy"))).isTrue();

    write(in("copy"), 2, IntStream.range(1, BLOCKS).toArray());
    assertThat(disk().shares(source)).isTrue();
    write(in("copy"), 2, 0);
    disk().syncFileSystem(source);
    assertThat(disk().shares(source)).isFalse();
  }

  @Test
  default void btrfsHoldsAnExtentWhileAnyPartOfItIsShown() throws IOException {
    Path source = filled();
    long whole = (long) BLOCKS * BLOCK;
    if (host() != FileSystemType.BTRFS) {
      refused(Errno.ENOTTY, () -> disk().holding(source));
      return;
    }
    assertThat(disk().holding(source)).isEqualTo(new Holding(whole, whole));
    boolean _ = copied(source, in("copy"));

    write(source, 2, IntStream.range(1, BLOCKS).toArray());
    assertThat(disk().holding(source)).isEqualTo(new Holding(2 * whole - BLOCK, whole));
    assertThat(disk().holding(in("copy"))).isEqualTo(new Holding(whole, whole));
    disk().remove(in("copy"));
    disk().syncFileSystem(source);
    assertThat(disk().holding(source)).isEqualTo(new Holding(2 * whole - BLOCK, whole));
    assertThat(disk().shares(source)).isFalse();

    punch(source, 0, 1);
    assertThat(disk().holding(source)).isEqualTo(new Holding(whole - BLOCK, whole - BLOCK));
    refused(Errno.ENOENT, () -> disk().holding(in("missing")));
    refused(Errno.EISDIR, () -> disk().shares(folder()));
  }

  /// On XFS a copy has a hole there.
  @Test
  default void whatIsAllocatedAndNotWrittenIsSharedOnBtrfsAlone() throws IOException {
    disk().allocate(in("source"), MIB, Allocation.FULL);
    if (!copied(in("source"), in("copy"))) {
      return;
    }
    boolean btrfs = host() == FileSystemType.BTRFS;
    assertThat(disk().shares(in("copy"))).isEqualTo(btrfs);
    assertThat(disk().stat(in("copy")).orElseThrow().allocatedBytes()).isEqualTo(btrfs ? MIB : 0);
    assertThat(places(in("copy"))).isEmpty();
    if (btrfs) {
      assertThat(disk().holding(in("copy"))).isEqualTo(new Holding(MIB, MIB));
      assertThat(places(in("source"))).isEmpty();
    } else {
      assertThat(places(in("source"))).containsValue(Extent.UNKNOWN).hasSize(256);
    }
  }

  /// On btrfs not before, and on XFS soon after.
  @Test
  default void whatIsRemovedIsFreeOnceItsFilesystemIsSynced() throws IOException {
    disk().syncFileSystem(folder());
    long before = disk().space(folder()).availableBytes();
    disk().allocate(in("full"), 64 * MIB, Allocation.FULL);
    disk().syncFileSystem(folder());
    assertThat(disk().space(folder()).availableBytes()).isLessThan(before - 60 * MIB);

    disk().remove(in("full"));

    syncUntil(() -> disk().space(folder()).availableBytes() >= before - 8 * MIB);
  }

  /// What is true of a disk once a removal has taken effect.
  interface Condition {
    boolean holds() throws IOException;
  }

  /// Syncs until a removal has taken effect: btrfs frees at a commit, XFS in the background.
  private void syncUntil(Condition condition) throws IOException {
    Instant deadline = Instant.now().plusSeconds(60);
    do {
      assertThat(Instant.now()).isBefore(deadline);
      disk().syncFileSystem(folder());
    } while (!condition.holds());
  }
}
