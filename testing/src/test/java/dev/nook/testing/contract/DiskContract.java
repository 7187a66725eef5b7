package dev.nook.testing.contract;

import static dev.nook.testing.contract.Ground.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk.Held;
import dev.nook.linux.fs.Disk.Kind;
import dev.nook.linux.fs.Disk.Location;
import dev.nook.linux.fs.Disk.Stat;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Rules for every [Disk].
interface DiskContract extends Ground {
  @Test
  default void nothingIsMadeWhereSomethingStands() throws IOException {
    Path file = file("file", "kept");
    Path directory = directory("directory");
    Path dangling = Files.createSymbolicLink(in("dangling"), in("nowhere"));

    for (Path taken : new Path[] {file, directory, dangling}) {
      refused(Errno.EEXIST, () -> disk().makeDirectory(taken));
      refused(Errno.EEXIST, () -> disk().write(taken, new byte[1]));
      refused(Errno.EEXIST, () -> disk().writeOut(taken, new byte[1]));
      refused(Errno.EEXIST, () -> disk().allocate(taken, 4096, Allocation.SPARSE));
      refused(Errno.EEXIST, () -> disk().allocate(taken, 4096, Allocation.FULL));
      refused(Errno.EEXIST, () -> disk().rename(file, taken));
    }

    assertThat(Files.readString(file)).isEqualTo("kept");
    assertThat(in("nowhere")).doesNotExist();
  }

  @Test
  default void nothingIsMadeInAMissingParentOrBelowAFile() throws IOException {
    Path orphan = in("missing").resolve("child");
    Path below = file("file", "").resolve("child");

    refused(Errno.ENOENT, () -> disk().makeDirectory(orphan));
    refused(Errno.ENOENT, () -> disk().write(orphan, new byte[1]));
    refused(Errno.ENOENT, () -> disk().writeOut(orphan, new byte[1]));
    refused(Errno.ENOENT, () -> disk().allocate(orphan, 4096, Allocation.SPARSE));
    refused(Errno.ENOTDIR, () -> disk().makeDirectory(below));
    refused(Errno.ENOTDIR, () -> disk().write(below, new byte[1]));
    refused(Errno.ENOTDIR, () -> disk().writeOut(below, new byte[1]));
    refused(Errno.ENOTDIR, () -> disk().stat(below));
    refused(Errno.ENOTDIR, () -> disk().remove(below));
  }

  @Test
  default void statTellsKindsAndFollowsNoLink() throws IOException {
    directory("directory");
    file("file", "12345");
    Files.createSymbolicLink(in("link"), in("file"));

    assertThat(disk().stat(in("missing"))).isEmpty();
    assertThat(disk().stat(in("directory")).orElseThrow().kind()).isEqualTo(Kind.DIRECTORY);
    assertThat(disk().stat(in("link")).orElseThrow().kind()).isEqualTo(Kind.SYMLINK);
    Stat file = disk().stat(in("file")).orElseThrow();
    assertThat(file.kind()).isEqualTo(Kind.FILE);
    assertThat(file.sizeBytes()).isEqualTo(5);
    assertThat(file.rdev()).isZero();
    assertThat(file.device()).isEqualTo(disk().stat(folder()).orElseThrow().device());
  }

  @Test
  default void listSortsNamesAndRefusesWhatIsNoDirectory() throws IOException {
    file("b", "");
    directory("a");
    Files.createSymbolicLink(in("c"), in("a"));

    assertThat(disk().list(folder())).containsExactly("a", "b", "c");
    refused(Errno.ENOENT, () -> disk().list(in("missing")));
    refused(Errno.ENOTDIR, () -> disk().list(in("b")));
    refused(Errno.ENOTDIR, () -> disk().list(in("c")));
  }

  @Test
  default void readTakesASmallRegularFileOnly() throws IOException {
    file("file", "hello");
    directory("directory");
    Files.createSymbolicLink(in("link"), in("file"));

    assertThat(disk().read(in("file"), 5)).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
    refused(Errno.EFBIG, () -> disk().read(in("file"), 4));
    refused(Errno.ENOENT, () -> disk().read(in("missing"), 5));
    refused(Errno.EISDIR, () -> disk().read(in("directory"), 5));
    refused(Errno.ELOOP, () -> disk().read(in("link"), 5));
  }

  @Test
  default void aSparseFileTakesNoBlocksAndAFullOneAllOfThem() throws IOException {
    disk().allocate(in("sparse"), MIB, Allocation.SPARSE);
    disk().allocate(in("full"), MIB, Allocation.FULL);

    Stat sparse = disk().stat(in("sparse")).orElseThrow();
    Stat full = disk().stat(in("full")).orElseThrow();
    assertThat(sparse.sizeBytes()).isEqualTo(MIB);
    assertThat(sparse.allocatedBytes()).isLessThan(MIB / 2);
    assertThat(full.sizeBytes()).isEqualTo(MIB);
    assertThat(full.allocatedBytes()).isGreaterThanOrEqualTo(MIB);
    refused(Errno.EINVAL, () -> disk().allocate(in("empty"), 0, Allocation.FULL));
    assertThat(disk().stat(in("empty"))).isEmpty();
  }

  @Test
  default void aFileIsAsLargeAsItsFilesystemSaysAndNoLarger() throws IOException {
    long largest = disk().space(folder()).largestFileBytes();
    long some = Math.min(largest, (16L << 40) - 4096); // The fake's folder may lie on ext4.

    disk().allocate(in("largest"), some, Allocation.SPARSE);
    assertThat(disk().stat(in("largest")).orElseThrow().sizeBytes()).isEqualTo(some);
    assertThat(host() == FileSystemType.EXT4).isEqualTo(largest == some);
    if (largest == some) {
      for (Allocation allocation : Allocation.values()) {
        refused(Errno.EFBIG, () -> disk().allocate(in("new"), largest + 4096, allocation));
        refused(Errno.EFBIG, () -> disk().grow(in("largest"), largest + 4096, allocation));
      }
      assertThat(disk().stat(in("new"))).isEmpty();
      assertThat(disk().stat(in("largest")).orElseThrow().sizeBytes()).isEqualTo(largest);
    }
  }

  @Test
  default void growKeepsDataFillsHolesAndNeverShrinks() throws IOException {
    file("file", "hello");

    disk().grow(in("file"), MIB, Allocation.SPARSE);
    refused(Errno.EINVAL, () -> disk().grow(in("file"), MIB - 1, Allocation.SPARSE));
    refused(Errno.EINVAL, () -> disk().grow(in("file"), MIB - 1, Allocation.FULL));
    disk().grow(in("file"), MIB, Allocation.FULL);

    Stat grown = disk().stat(in("file")).orElseThrow();
    assertThat(grown.sizeBytes()).isEqualTo(MIB);
    assertThat(grown.allocatedBytes()).isGreaterThanOrEqualTo(MIB);
    assertThat(Files.readString(in("file"))).startsWith("hello");
    refused(Errno.ENOENT, () -> disk().grow(in("missing"), MIB, Allocation.SPARSE));
    refused(Errno.EISDIR, () -> disk().grow(directory("directory"), MIB, Allocation.FULL));
  }

  @Test
  default void aFullAllocationBeyondTheDiskIsNoSpaceAndLeavesNothing() throws IOException {
    long tooMuch = disk().space(folder()).totalBytes() + MIB;
    image("grown", MIB);

    refused(Errno.ENOSPC, () -> disk().allocate(in("image"), tooMuch, Allocation.FULL));
    refused(Errno.ENOSPC, () -> disk().grow(in("grown"), tooMuch, Allocation.FULL));

    assertThat(disk().stat(in("image"))).isEmpty();
    assertThat(disk().stat(in("grown")).orElseThrow().sizeBytes()).isEqualTo(MIB);
    disk().allocate(in("image"), tooMuch, Allocation.SPARSE);
  }

  @Test
  default void spaceNamesTheFilesystemAndShrinksByWhatIsAllocated() throws IOException {
    long before = disk().space(folder()).availableBytes();

    disk().allocate(in("full"), 16 * MIB, Allocation.FULL);

    assertThat(disk().space(folder()).type()).contains(host());
    assertThat(disk().space(folder()).totalBytes()).isGreaterThan(before);
    if (host() != FileSystemType.BTRFS) {
      // Btrfs counts what is allocated at its next commit.
      assertThat(disk().space(in("full")).availableBytes()).isLessThan(before - 8 * MIB);
    }
    refused(Errno.ENOENT, () -> disk().space(in("missing")));
  }

  @Test
  default void reflinkSharesWhereTheFilesystemCan() throws IOException {
    file("file", "hello");

    if (host() == FileSystemType.EXT4) {
      refused(Errno.EOPNOTSUPP, () -> disk().reflink(in("file"), in("copy")));
      assertThat(disk().stat(in("copy"))).isEmpty();
    } else {
      disk().reflink(in("file"), in("copy"));
      assertThat(Files.readString(in("copy"))).isEqualTo("hello");
      refused(Errno.EEXIST, () -> disk().reflink(in("file"), in("copy")));
    }
    refused(Errno.ENOENT, () -> disk().reflink(in("missing"), in("other")));
    refused(Errno.EISDIR, () -> disk().reflink(directory("directory"), in("other")));
    assertThat(disk().stat(in("other"))).isEmpty();
  }

  @Test
  default void renameMovesATreeAndReplaceAFile() throws IOException {
    directory("directory");
    file("directory/file", "old");
    file("file", "new");

    disk().rename(in("directory"), in("moved"));
    disk().replace(in("file"), in("moved").resolve("file"));

    assertThat(disk().list(folder())).containsExactly("moved");
    assertThat(Files.readString(in("moved/file"))).isEqualTo("new");
    refused(Errno.ENOENT, () -> disk().rename(in("missing"), in("other")));
    refused(Errno.ENOENT, () -> disk().replace(in("missing"), in("moved/file")));
    refused(Errno.EINVAL, () -> disk().rename(in("moved"), in("moved/below")));
  }

  @Test
  default void replacePutsNothingInThePlaceOfAnotherKind() throws IOException {
    file("file", "");
    directory("directory");
    directory("taken");
    file("taken/child", "");

    refused(Errno.EISDIR, () -> disk().replace(in("file"), in("directory")));
    refused(Errno.ENOTDIR, () -> disk().replace(in("directory"), in("file")));
    // rename(2) allows both; XFS has the second.
    assertThatThrownBy(() -> disk().replace(in("directory"), in("taken")))
        .isInstanceOfSatisfying(
            SystemCallException.class,
            e -> assertThat(e.errno()).isIn(Errno.ENOTEMPTY, Errno.EEXIST));
  }

  @Test
  default void removeTakesOneThingAndNotWhatALinkLeadsTo() throws IOException {
    directory("directory");
    file("directory/file", "");
    Files.createSymbolicLink(in("link"), in("directory"));

    disk().remove(in("missing"));
    disk().remove(in("link"));
    refused(Errno.ENOTEMPTY, () -> disk().remove(in("directory")));
    disk().remove(in("directory/file"));
    disk().remove(in("directory"));

    assertThat(disk().list(folder())).isEmpty();
  }

  @Test
  default void removeTreeFollowsNoLink() throws IOException {
    directory("kept");
    file("kept/file", "");
    directory("tree");
    directory("tree/child");
    file("tree/child/file", "");
    Files.createSymbolicLink(in("tree/link"), in("kept"));
    Files.createSymbolicLink(in("top"), in("kept"));

    disk().removeTree(in("missing"));
    refused(Errno.ENOTDIR, () -> disk().removeTree(in("kept/file")));
    refused(Errno.ENOTDIR, () -> disk().removeTree(in("top")));
    disk().removeTree(in("tree"));

    assertThat(disk().list(folder())).containsExactly("kept", "top");
    assertThat(disk().list(in("kept"))).containsExactly("file");
  }

  @Test
  default void syncNeedsWhatItSyncs() throws IOException {
    file("file", "");
    Files.createSymbolicLink(in("link"), in("file"));

    disk().sync(in("file"));
    disk().sync(folder());
    refused(Errno.ENOENT, () -> disk().sync(in("missing")));
    refused(Errno.ELOOP, () -> disk().sync(in("link")));
  }

  @Test
  default void chmodSetsExactlyTheseBitsOfAFileOrADirectory() throws IOException {
    disk().chmod(directory("directory"), 0777);
    disk().chmod(file("file", ""), 0400);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(in("directory"))))
        .isEqualTo("rwxrwxrwx");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(in("file"))))
        .isEqualTo("r--------");
    refused(Errno.ENOENT, () -> disk().chmod(in("missing"), 0777));
  }

  @Test
  default void aLockIsHeldOnceUntilItIsClosed() throws IOException {
    try (Held _ = disk().tryLock(in("lock")).orElseThrow()) {
      assertThat(disk().tryLock(in("lock"))).isEmpty();
      assertThat(disk().tryLock(in("other"))).hasValueSatisfying(DiskContract::close);
    }

    assertThat(disk().tryLock(in("lock"))).hasValueSatisfying(DiskContract::close);
    refused(Errno.EISDIR, () -> disk().tryLock(directory("directory")));
    refused(Errno.ELOOP, () -> disk().tryLock(Files.createSymbolicLink(in("link"), in("lock"))));
  }

  private static void close(Held held) {
    try {
      held.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  default void whatAPathLeadsToIsAnotherOneWhileSomethingIsMountedOverIt() throws IOException {
    Path directory = directory("directory");
    Path other = directory("other");
    List<Path> both = List.of(directory, other);
    List<Location> before = disk().locate(both);
    assertThat(before.getFirst()).isNotEqualTo(before.getLast());
    assertThat(before.getFirst().mount()).isEqualTo(before.getLast().mount());
    refused(Errno.ENOENT, () -> disk().locate(List.of(directory, in("missing"))));

    try (Held lock = disk().tryLock(directory.resolve("lock")).orElseThrow()) {
      Location locked = lock.location();
      assertThat(disk().locate(List.of(directory.resolve("lock")))).containsExactly(locked);
      mounts().bind(directory, directory, MountFlags.NONE);
      try {
        List<Location> covered = disk().locate(both);

        assertThat(covered.getFirst().mount()).isNotEqualTo(before.getFirst().mount());
        assertThat(covered.getFirst().inode()).isEqualTo(before.getFirst().inode());
        assertThat(covered.getLast()).isEqualTo(before.getLast());
        assertThat(disk().locate(List.of(directory.resolve("lock")))).isNotEqualTo(List.of(locked));
        assertThat(lock.location()).isEqualTo(locked);
      } finally {
        mounts().unmount(directory);
      }
      assertThat(disk().locate(both)).isEqualTo(before);
    }
  }
}
