package dev.nook.linux.repair;

import static dev.nook.linux.syscall.OpenFlag.O_CREAT;
import static dev.nook.linux.syscall.OpenFlag.O_EXCL;
import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static dev.nook.linux.syscall.OpenFlag.O_WRONLY;

import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/// Where a checker in a cage starts: a directory that it can read and not change, with files that
/// tell e2fsck where to log problems, and the FIFO where it does.
final class CageFolder implements AutoCloseable {
  private static final int TRAVERSED_BY_ALL = 0711;
  private static final int READ_BY_ALL = 0644;
  private static final int WRITTEN_BY_OWNER = 0200;

  private final Path path;

  private CageFolder(Path path) {
    this.path = path;
  }

  /// @param user who may write to the FIFO
  static CageFolder make(Path parent, int user) throws IOException {
    String nonce = HexFormat.of().toHexDigits(RandomGenerator.of("SecureRandom").nextLong());
    CageFolder folder = new CageFolder(parent.resolve("nook-cage." + nonce));
    Syscalls.mkdir(folder.path, TRAVERSED_BY_ALL);
    try {
      folder.fill(user);
      return folder;
    } catch (IOException e) {
      folder.close();
      throw e;
    }
  }

  private void fill(int user) throws IOException {
    Syscalls.mkfifo(fifo(), WRITTEN_BY_OWNER);
    try (Fd fd = Syscalls.open(fifo(), O_RDWR, O_NOFOLLOW)) {
      Syscalls.fchown(fd, user, user);
    }
    write(logging(), "[options]\nproblem_log_filename = %s\n".formatted(fifo()));
    write(silent(), "[options]\n");
  }

  private static void write(Path config, String text) throws IOException {
    try (Fd fd = Syscalls.open(config, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW)) {
      Syscalls.pwrite(fd, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
      Syscalls.fchmod(fd, READ_BY_ALL);
    }
  }

  Path path() {
    return path;
  }

  Path fifo() {
    return path.resolve("problems");
  }

  /// What e2fsck is told where it logs problems.
  Path logging() {
    return path.resolve("logging.conf");
  }

  /// What it is told where it does not.
  Path silent() {
    return path.resolve("silent.conf");
  }

  @Override
  public void close() throws IOException {
    for (Path each : new Path[] {fifo(), logging(), silent()}) {
      if (exists(each)) {
        Syscalls.unlink(each);
      }
    }
    Syscalls.rmdir(path);
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
