package dev.nook.linux.fs.disk;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_RDONLY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeRemovalTest {
  private final KernelDisk disk = new KernelDisk();
  @TempDir private Path dir;
  private Path tree;

  @BeforeEach
  void tree() throws IOException {
    tree = Files.createDirectory(dir.resolve("tree"));
  }

  @Test
  void anAbsentDirectoryIsFineAndAFileIsNot() throws IOException {
    disk.removeTree(dir.resolve("absent"));

    Path file = Files.createFile(dir.resolve("file"));
    assertThatThrownBy(() -> disk.removeTree(file))
        .isInstanceOfSatisfying(
            SystemCallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTDIR));
    assertThat(file).exists();
  }

  @Test
  void linksAreRemovedAndWhatTheyLeadToStays() throws IOException {
    Path outside = Files.createDirectory(dir.resolve("outside"));
    Path kept = Files.createFile(outside.resolve("kept"));
    Files.createSymbolicLink(tree.resolve("up"), Path.of("../outside"));
    Files.createSymbolicLink(tree.resolve("absolute"), outside);
    Files.createSymbolicLink(tree.resolve("loop"), Path.of("loop"));
    Files.createLink(tree.resolve("hard"), kept);

    disk.removeTree(tree);

    assertThat(tree).doesNotExist();
    assertThat(kept).exists();
  }

  @Test
  void everyNameThatAFileCanHaveIsRemoved() throws IOException {
    try (Fd fd = Syscalls.open(tree, O_RDONLY, O_DIRECTORY)) {
      for (int b = 1; b < 256; b++) {
        if (b != '/' && b != '.') {
          Syscalls.mkdirat(fd, raw(b), 0700);
          Syscalls.mkdirat(fd, raw(b) + "/" + raw(b), 0700);
        }
      }
      Syscalls.mkdirat(fd, "...", 0);
      Syscalls.mkdirat(fd, "-rf", 0);
      Syscalls.mkdirat(fd, "x".repeat(255), 0);
    }
    assertThat(disk.list(tree)).hasSize(256);

    disk.removeTree(tree);

    assertThat(tree).doesNotExist();
  }

  /// A byte as the system calls write a name that is not UTF-8.
  private static String raw(int b) {
    return String.valueOf((char) (b < 0x80 ? b : 0xDC00 + b));
  }

  @Test
  void aTreeDeeperThanAnyPathIsRemoved() throws IOException {
    int depth = 1_100;
    String name = "d".repeat(200);
    Fd at = Syscalls.open(tree, O_RDONLY, O_DIRECTORY);
    for (int i = 0; i < depth; i++) {
      try (Fd parent = at) {
        Syscalls.mkdirat(parent, name, 0700);
        Syscalls.mkdirat(parent, "beside", 0700);
        at = Syscalls.openat(parent, name, O_RDONLY, O_DIRECTORY);
      }
    }
    at.close();

    disk.removeTree(tree);

    assertThat(tree).doesNotExist();
  }

  @Test
  void aWideTreeIsRemovedToTheLastEntry() throws IOException {
    for (int i = 0; i < 1_500; i++) {
      Path sub = Files.createDirectory(tree.resolve("some-longer-directory-name-" + i));
      Files.createFile(sub.resolve("file"));
    }

    disk.removeTree(tree);

    assertThat(tree).doesNotExist();
  }

  @Test
  void unreadableDirectoriesAndFifosAreNoObstacle() throws IOException {
    Path closed = Files.createDirectory(tree.resolve("closed"));
    Processes.run(Command.of("mkfifo", closed + "/fifo"));

    disk.removeTree(tree);

    assertThat(tree).doesNotExist();
  }
}
