package dev.nook.linux.syscall;

import static dev.nook.linux.syscall.OpenFlag.O_CREAT;
import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_EXCL;
import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_PATH;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyscallsTest {
  @TempDir Path directory;

  private static Errno refusal(ThrowingCallable call) {
    return catchThrowableOfType(SystemCallException.class, call).errno();
  }

  @Test
  void aRefusalNamesTheCallTheFileAndTheReason() {
    Path absent = directory.resolve("absent");

    assertThatThrownBy(() -> Syscalls.open(absent, O_RDONLY))
        .isInstanceOf(SystemCallException.class)
        .hasMessage("open " + absent + ": no such file or directory (ENOENT)");
  }

  @Test
  void aLinkIsNotFollowed() throws Exception {
    Files.createDirectory(directory.resolve("target"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), Path.of("target"));

    assertThat(refusal(() -> Syscalls.open(link, O_RDONLY, O_NOFOLLOW))).isEqualTo(Errno.ELOOP);
    assertThat(refusal(() -> Syscalls.open(link, O_RDONLY, O_NOFOLLOW, O_DIRECTORY)))
        .isEqualTo(Errno.ENOTDIR);
    assertThat(Syscalls.lstat(link).isSymlink()).isTrue();
    assertThat(Syscalls.stat(link).isDirectory()).isTrue();
    assertThat(Syscalls.readlink(link)).isEqualTo("target");
  }

  @Test
  void nothingLeadsOutFromBeneathADirectory() throws Exception {
    Path beneath = Files.createDirectory(directory.resolve("beneath"));
    Files.createSymbolicLink(beneath.resolve("out"), Path.of(".."));
    try (Fd root = Syscalls.open(beneath, O_PATH, O_DIRECTORY)) {

      assertThat(refusal(() -> Syscalls.openBeneath(root, "out/beneath", O_RDONLY)))
          .isEqualTo(Errno.ELOOP);
      assertThat(refusal(() -> Syscalls.openBeneath(root, "..", O_RDONLY))).isEqualTo(Errno.EXDEV);
    }
  }

  @Test
  void aSecondExclusiveCreationIsRefused() throws Exception {
    Path file = directory.resolve("file");
    Syscalls.open(file, O_RDWR, O_CREAT, O_EXCL).close();

    assertThat(refusal(() -> Syscalls.open(file, O_RDWR, O_CREAT, O_EXCL))).isEqualTo(Errno.EEXIST);
    assertThat(Syscalls.lstat(file).mode() & 0777).isEqualTo(0600);
  }

  @Test
  void whatIsWrittenIsRead() throws Exception {
    ByteBuffer text = ByteBuffer.wrap("forty-two".getBytes(StandardCharsets.UTF_8));
    ByteBuffer read = ByteBuffer.allocate(64);
    try (Fd fd = Syscalls.open(directory.resolve("file"), O_RDWR, O_CREAT, O_EXCL)) {
      Syscalls.pwrite(fd, text, 4096);
      Syscalls.fsync(fd);

      assertThat(Syscalls.pread(fd, read, 4102)).isEqualTo(3);
      assertThat(Syscalls.pread(fd, read, 4105)).isZero();
      assertThat(StandardCharsets.UTF_8.decode(read.flip()).toString()).isEqualTo("two");
      assertThat(Syscalls.fstat(fd).sizeBytes()).isEqualTo(4105);
    }
  }

  @Test
  void aStatusAgreesWithTheJavaLibrary() throws Exception {
    Path file = Files.write(directory.resolve("file"), new byte[70_000]);

    FileStatus status = Syscalls.lstat(file);

    assertThat(status.inode()).isEqualTo(Files.getAttribute(file, "unix:ino"));
    assertThat(status.device()).isEqualTo(Files.getAttribute(file, "unix:dev"));
    assertThat(status.links()).isEqualTo(Files.getAttribute(file, "unix:nlink"));
    assertThat(status.mode()).isEqualTo(Files.getAttribute(file, "unix:mode"));
    assertThat(status.sizeBytes()).isEqualTo(70_000);
    assertThat(status.rdev()).isZero();
    assertThat(Syscalls.stat(Path.of("/dev/null")).rdev())
        .isEqualTo(Files.getAttribute(Path.of("/dev/null"), "unix:rdev"));
    assertThat(Syscalls.stat(Path.of("/proc")).mountRoot()).isTrue();
  }

  @Test
  void aFilesystemIsMeasuredThroughAPathDescriptor() throws Exception {
    try (Fd fd = Syscalls.open(directory, O_PATH)) {
      FileSystemStatus status = Syscalls.fstatfs(fd);

      assertThat(status.totalBytes()).isEqualTo(Files.getFileStore(directory).getTotalSpace());
      assertThat(status.availableBytes()).isLessThanOrEqualTo(status.freeBytes()).isPositive();
    }
  }

  @Test
  void holesAndAllocatedRangesAreToldApart() throws Exception {
    try (Fd fd = Syscalls.open(directory.resolve("file"), O_RDWR, O_CREAT, O_EXCL)) {
      Syscalls.ftruncate(fd, 1 << 20);
      assertThat(Syscalls.seekData(fd, 0)).isEmpty();
      assertThat(Syscalls.fstat(fd).allocatedBytes()).isZero();

      Syscalls.pwrite(fd, ByteBuffer.allocate(4096), 65_536);
      assertThat(Syscalls.seekData(fd, 0)).hasValue(65_536);
      assertThat(Syscalls.seekHole(fd, 65_536)).isEqualTo(69_632);

      Syscalls.fallocate(fd, 0, 2 << 20);
      assertThat(Syscalls.fstat(fd).sizeBytes()).isEqualTo(2 << 20);
      assertThat(Syscalls.fstat(fd).allocatedBytes()).isGreaterThanOrEqualTo(2 << 20);
    }
  }

  @Test
  void aRenameReplacesOnlyWhenAskedTo() throws Exception {
    Path one = Files.writeString(directory.resolve("one"), "1");
    Path two = Files.writeString(directory.resolve("two"), "2");

    assertThat(refusal(() -> Syscalls.renameNoReplace(one, two))).isEqualTo(Errno.EEXIST);
    Syscalls.rename(one, two);

    assertThat(two).hasContent("1");
    assertThat(one).doesNotExist();
  }

  @Test
  void everyNameLeadsBackToItsFile() throws Exception {
    List<String> hostile =
        List.of("\n", "-rf", "ä", "\uDCFF\uDC80x", "é\uDCE9", "😀", "a".repeat(255), " \\040");
    try (Fd fd = Syscalls.open(directory, O_RDONLY, O_DIRECTORY)) {
      for (String name : hostile) {
        Syscalls.openat(fd, name, O_RDWR, O_CREAT, O_EXCL).close();
      }

      List<String> listed = new ArrayList<>();
      for (List<String> some = Syscalls.getdents(fd);
          !some.isEmpty();
          some = Syscalls.getdents(fd)) {
        listed.addAll(some);
      }
      assertThat(listed).containsExactlyInAnyOrderElementsOf(hostile);

      for (String name : listed) {
        Syscalls.unlinkat(fd, name);
      }
      Syscalls.rewind(fd);
      assertThat(Syscalls.getdents(fd)).isEmpty();
    }
  }

  @Test
  void aDirectoryLargerThanOneReadIsListedWhole() throws Exception {
    try (Fd fd = Syscalls.open(directory, O_RDONLY, O_DIRECTORY)) {
      for (int i = 0; i < 3_000; i++) {
        Syscalls.mkdirat(fd, "entry-%020d".formatted(i), 0700);
      }

      int listed = 0;
      for (int some = Syscalls.getdents(fd).size(); some > 0; some = Syscalls.getdents(fd).size()) {
        listed += some;
      }

      assertThat(listed).isEqualTo(3_000);
    }
  }

  @Test
  void aNameWithANulByteReachesNoCall() throws Exception {
    try (Fd fd = Syscalls.open(directory, O_PATH)) {
      assertThatThrownBy(() -> Syscalls.mkdirat(fd, "a\0b", 0700))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aLockIsHeldUntilItsOwnDescriptorCloses() throws Exception {
    Path file = Files.createFile(directory.resolve(".lock"));
    Fd holder = Syscalls.open(file, O_RDWR);
    try (Fd second = Syscalls.open(file, O_RDWR)) {
      assertThat(Syscalls.tryLock(holder)).isTrue();
      assertThat(Syscalls.tryLock(second)).isFalse();

      Syscalls.open(file, O_RDONLY).close();
      assertThat(Syscalls.tryLock(second)).isFalse();

      holder.close();
      assertThat(Syscalls.tryLock(second)).isTrue();
    }
  }

  @Test
  void aDescriptorClosesOnceEvenWhenItsNumberIsTakenAgain() throws Exception {
    Fd first = Syscalls.open(directory, O_PATH);
    first.close();
    try (Fd second = Syscalls.open(directory, O_PATH)) {
      assertThat(second.number()).isEqualTo(first.number());
      first.close();

      assertThat(Syscalls.fstat(second).isDirectory()).isTrue();
    }
  }

  @Test
  void aDescriptorsPathLeadsToTheFileAfterItsNameIsGone() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "x");
    try (Fd fd = Syscalls.open(file, O_RDONLY)) {
      Files.delete(file);

      assertThat(Syscalls.stat(fd.path()).inode()).isEqualTo(Syscalls.fstat(fd).inode());
    }
  }
}
