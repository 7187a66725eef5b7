package dev.nook.linux.fs.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelDiskTest {
  private static final byte[] HELLO = "hello".getBytes(UTF_8);

  private final KernelDisk disk = new KernelDisk();
  @TempDir private Path dir;
  private Path file;
  private Path link;

  @BeforeEach
  void fileAndLink() throws IOException {
    file = Files.write(dir.resolve("file"), HELLO);
    link = Files.createSymbolicLink(dir.resolve("link"), file);
  }

  @Test
  void everyChangeRefusesALinkAndLeavesItsTargetAlone() throws IOException {
    refused(Errno.ELOOP, () -> disk.read(link, 100));
    refused(Errno.ELOOP, () -> disk.grow(link, 8192, Allocation.SPARSE));
    refused(Errno.ELOOP, () -> disk.sync(link));
    refused(Errno.ELOOP, () -> disk.tryLock(link));
    refused(Errno.ELOOP, () -> disk.reflink(link, dir.resolve("new")));
    refused(Errno.ENOTDIR, () -> disk.removeTree(link));
    refused(Errno.ELOOP, () -> disk.chmod(link, 0777));
    refused(Errno.EEXIST, () -> disk.write(link, HELLO));
    refused(Errno.EEXIST, () -> disk.allocate(link, 1, Allocation.SPARSE));
    refused(Errno.EEXIST, () -> disk.makeDirectory(link));

    assertThat(file).hasBinaryContent(HELLO);
    assertThat(dir.resolve("new")).doesNotExist();
  }

  @Test
  void statSaysWhatStandsThereAndEmptyWhenNothingDoes() throws IOException {
    assertThat(disk.stat(dir.resolve("absent"))).isEmpty();
    assertThat(disk.stat(link).orElseThrow().kind()).isEqualTo(Disk.Kind.SYMLINK);
    assertThat(disk.stat(dir).orElseThrow().kind()).isEqualTo(Disk.Kind.DIRECTORY);

    Disk.Stat stat = disk.stat(file).orElseThrow();
    assertThat(stat.kind()).isEqualTo(Disk.Kind.FILE);
    assertThat(stat.sizeBytes()).isEqualTo(5);
    assertThat(stat.rdev()).isZero();
    assertThat(stat.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(stat.device()).isEqualTo(Files.getAttribute(file, "unix:dev"));
  }

  @Test
  void listIsSortedAndWhole() throws IOException {
    Path many = Files.createDirectory(dir.resolve("many"));
    for (int i = 0; i < 2_000; i++) {
      Files.createFile(many.resolve("n%04d".formatted(i)));
    }

    assertThat(disk.list(many)).hasSize(2_000).isSorted().startsWith("n0000").endsWith("n1999");
    assertThat(disk.list(dir)).containsExactly("file", "link", "many");
    refused(Errno.ENOENT, () -> disk.list(dir.resolve("absent")));
  }

  @Test
  void readIsBounded() throws IOException {
    assertThat(disk.read(file, 5)).isEqualTo(HELLO);
    refused(Errno.EFBIG, () -> disk.read(file, 4));
    refused(Errno.EISDIR, () -> disk.read(dir, 4));
    refused(Errno.ENOENT, () -> disk.read(dir.resolve("absent"), 4));
  }

  @Test
  void aFifoWhereAFileShouldBeIsRefusedAndDoesNotWait() throws IOException {
    Path fifo = dir.resolve("fifo");
    Processes.run(Command.of("mkfifo", fifo.toString()));

    refused(Errno.EINVAL, () -> disk.read(fifo, 4));
  }

  private interface Write {
    void to(Path newFile, byte[] content) throws IOException;
  }

  @Test
  void writeMakesAPrivateFileAndNeverReplacesOne() throws IOException {
    for (Write write : List.<Write>of(disk::write, disk::writeOut)) {
      Path made = dir.resolve("made");

      write.to(made, HELLO);

      assertThat(made).hasBinaryContent(HELLO);
      assertThat(mode(made)).isEqualTo("rw-------");
      refused(Errno.EEXIST, () -> write.to(made, new byte[0]));
      assertThat(made).hasBinaryContent(HELLO);
      disk.sync(made);
      disk.remove(made);
    }
  }

  @Test
  void makeDirectoryIsPrivateAndChmodOpensIt() throws IOException {
    Path made = dir.resolve("made");

    disk.makeDirectory(made);
    assertThat(mode(made)).isEqualTo("rwx------");
    disk.chmod(made, 0755);

    assertThat(mode(made)).isEqualTo("rwxr-xr-x");
    refused(Errno.EEXIST, () -> disk.makeDirectory(made));
  }

  @Test
  void allocateMakesHolesOrBlocks() throws IOException {
    disk.allocate(dir.resolve("sparse"), 1 << 20, Allocation.SPARSE);
    disk.allocate(dir.resolve("full"), 1 << 20, Allocation.FULL);

    assertThat(disk.stat(dir.resolve("sparse")).orElseThrow())
        .returns(1L << 20, Disk.Stat::sizeBytes)
        .returns(0L, Disk.Stat::allocatedBytes);
    assertThat(disk.stat(dir.resolve("full")).orElseThrow().allocatedBytes())
        .isGreaterThanOrEqualTo(1 << 20);
    assertThat(mode(dir.resolve("full"))).isEqualTo("rw-------");
  }

  @Test
  void anAllocationThatFailsLeavesNoFile() {
    refused(Errno.EINVAL, () -> disk.allocate(dir.resolve("negative"), -1, Allocation.SPARSE));
    refused(Errno.EFBIG, () -> disk.allocate(dir.resolve("huge"), Long.MAX_VALUE, Allocation.FULL));

    assertThat(dir.resolve("negative")).doesNotExist();
    assertThat(dir.resolve("huge")).doesNotExist();
  }

  @Test
  void growNeverShrinksAndKeepsTheDataAndTheSizeWhenItFails() throws IOException {
    disk.grow(file, 8192, Allocation.SPARSE);

    refused(Errno.EINVAL, () -> disk.grow(file, 8191, Allocation.SPARSE));
    refused(Errno.EFBIG, () -> disk.grow(file, Long.MAX_VALUE, Allocation.FULL));
    assertThat(Files.size(file)).isEqualTo(8192);
    assertThat(Files.readAllBytes(file)).startsWith(HELLO);
  }

  @Test
  void growInFullFillsTheHolesOfAFileThatHasItsSize() throws IOException {
    Path sparse = dir.resolve("sparse");
    disk.allocate(sparse, 1 << 20, Allocation.SPARSE);

    disk.grow(sparse, 1 << 20, Allocation.FULL);

    assertThat(disk.stat(sparse).orElseThrow().allocatedBytes()).isGreaterThanOrEqualTo(1 << 20);
  }

  @Test
  void renameNeverReplacesAndReplaceDoes() throws IOException {
    Path other = Files.write(dir.resolve("other"), new byte[] {1});

    refused(Errno.EEXIST, () -> disk.rename(file, other));
    assertThat(other).hasBinaryContent(new byte[] {1});
    disk.replace(file, other);

    assertThat(other).hasBinaryContent(HELLO);
    assertThat(file).doesNotExist();
  }

  @Test
  void removeTakesAFileALinkOrAnEmptyDirectoryAndNothingMore() throws IOException {
    Path empty = Files.createDirectory(dir.resolve("empty"));

    disk.remove(link);
    disk.remove(empty);
    disk.remove(dir.resolve("absent"));

    assertThat(link).doesNotExist();
    assertThat(empty).doesNotExist();
    assertThat(file).exists();
    refused(Errno.ENOTEMPTY, () -> disk.remove(dir));
  }

  @Test
  void aLockIsHeldOnceEvenWithinOneProcessAndFreeAfterClose() throws IOException {
    Path lock = dir.resolve(".lock");

    Disk.Held held = disk.tryLock(lock).orElseThrow();

    assertThat(disk.tryLock(lock)).isEmpty();
    disk.stat(lock);
    assertThat(disk.tryLock(lock)).isEmpty();
    held.close();
    try (Disk.Held _ = disk.tryLock(lock).orElseThrow()) {
      assertThat(lock).exists();
    }
  }

  @Test
  void spaceCountsWhatAWriterMayTake() throws IOException {
    Disk.Space space = disk.space(dir);

    assertThat(space.totalBytes()).isEqualTo(Files.getFileStore(dir).getTotalSpace());
    assertThat(space.availableBytes()).isPositive().isLessThanOrEqualTo(space.totalBytes());
  }

  @Test
  void syncTakesAFileAndADirectory() throws IOException {
    disk.sync(file);
    disk.sync(dir);

    refused(Errno.ENOENT, () -> disk.sync(dir.resolve("absent")));
  }

  @Test
  void descriptorsAreClosedWhateverHappens() throws IOException {
    Syscalls.lstat(dir);
    int before = disk.list(Path.of("/proc/self/fd").toRealPath()).size();

    for (int i = 0; i < 20; i++) {
      refused(Errno.EEXIST, () -> disk.write(file, HELLO));
      refused(Errno.EFBIG, () -> disk.read(file, 1));
      refused(Errno.EISDIR, () -> disk.read(dir, 1));
      refused(
          Errno.EFBIG, () -> disk.allocate(dir.resolve("huge"), Long.MAX_VALUE, Allocation.FULL));
    }

    assertThat(disk.list(Path.of("/proc/self/fd").toRealPath())).hasSize(before);
  }

  private static void refused(Errno errno, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(errno));
  }

  private static String mode(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aCopyToAnotherFilesystemHasTheDataAndTheHolesToo() throws IOException {
    Path memory = Files.createTempDirectory(Path.of("/dev/shm"), "copy");
    try {
      Path source = memory.resolve("source");
      byte[] data = new byte[3 << 20];
      new Random(1).nextBytes(data);
      try (RandomAccessFile sparse = new RandomAccessFile(source.toFile(), "rw")) {
        sparse.setLength(64 << 20);
        sparse.seek(12345);
        sparse.write(data);
        sparse.seek((64 << 20) - 5000);
        sparse.write(data, 0, 5000);
      }

      disk.copySparse(source, dir.resolve("copy"));
      disk.copySparse(dir.resolve("copy"), memory.resolve("back"));

      assertThat(Files.mismatch(source, dir.resolve("copy"))).isEqualTo(-1);
      assertThat(Files.mismatch(source, memory.resolve("back"))).isEqualTo(-1);
      assertThat(disk.stat(dir.resolve("copy")).orElseThrow().allocatedBytes()).isLessThan(4 << 20);
      assertThat(disk.stat(memory.resolve("back")).orElseThrow().allocatedBytes())
          .isLessThan(4 << 20);
    } finally {
      disk.removeTree(memory);
    }
  }
}
