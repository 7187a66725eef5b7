package dev.nook.linux.repair;

import static dev.nook.linux.syscall.OpenFlag.O_CREAT;
import static dev.nook.linux.syscall.OpenFlag.O_EXCL;
import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_RDWR;
import static dev.nook.linux.syscall.OpenFlag.O_WRONLY;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The directory in which a caged checker starts. The checker can read it but not change it. It has
/// the files that tell e2fsck where to log problems, and the FIFO for the log.
final class CageFolder implements AutoCloseable {
  private static final int TRAVERSED_BY_ALL = 0711;
  private static final int READ_BY_ALL = 0644;
  private static final int WRITTEN_BY_OWNER = 0200;

  private static final String PREFIX = "nook-cage.";

  private final Path path;

  /// The lock that is held while the folder is in use; a folder that a killed driver has left is
  /// not locked.
  private Optional<Fd> lock = Optional.empty();

  private CageFolder(Path path) {
    this.path = path;
  }

  /// @param user the user that may write to the FIFO
  static CageFolder make(Path parent, int user) throws IOException {
    requireOpenToAll(parent.toRealPath());
    removeAbandoned(parent);
    String nonce = HexFormat.of().toHexDigits(RandomGenerator.of("SecureRandom").nextLong());
    CageFolder folder = new CageFolder(parent.resolve(PREFIX + nonce));
    Syscalls.mkdir(folder.path, TRAVERSED_BY_ALL);
    try {
      folder.fill(user);
      return folder;
    } catch (IOException e) {
      folder.close();
      throw e;
    }
  }

  /// Throws unless every user can enter the parent: a checker that cannot reach its folder would
  /// run without its log.
  private static void requireOpenToAll(Path parent) throws IOException {
    for (Path each = parent; each != null; each = each.getParent()) {
      if (!Files.getPosixFilePermissions(each).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        throw new IOException(
            "a checker runs as a user of its own, which cannot enter %s: give the driver another folder for temporary files, such as /tmp (-Djava.io.tmpdir)"
                .formatted(each));
      }
    }
  }

  /// Removes what drivers that were killed have left.
  static void removeAbandoned(Path parent) throws IOException {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
      for (Path each : folders) {
        CageFolder folder = new CageFolder(each);
        if (folder.isAbandoned()) {
          folder.close();
        }
      }
    }
  }

  /// Whether a folder was left by a killed driver; false for one that is just being made or
  /// removed.
  private boolean isAbandoned() throws IOException {
    try {
      lock(silent());
      return lock.isPresent();
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return false;
      }
      throw e;
    }
  }

  private void lock(Path file) throws SystemCallException {
    Fd fd = Syscalls.open(file, O_RDWR, O_NOFOLLOW);
    // The remover of a folder removes this name before the lock.
    if (Syscalls.tryLock(fd) && exists(file)) {
      lock = Optional.of(fd);
    } else {
      fd.close();
    }
  }

  private void fill(int user) throws IOException {
    Syscalls.mkfifo(fifo(), WRITTEN_BY_OWNER);
    try (Fd fd = Syscalls.open(fifo(), O_RDWR, O_NOFOLLOW)) {
      Syscalls.fchown(fd, user, user);
    }
    write(logging(), "[options]\nproblem_log_filename = %s\n".formatted(fifo()));
    // The file gets its name only when it is locked.
    write(unlocked(), "[options]\n");
    lock(unlocked());
    Syscalls.rename(unlocked(), silent());
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

  /// Returns the configuration with which e2fsck logs problems.
  Path logging() {
    return path.resolve("logging.conf");
  }

  /// Returns the configuration with which e2fsck does not log.
  Path silent() {
    return path.resolve("silent.conf");
  }

  private Path unlocked() {
    return path.resolve("unlocked.conf");
  }

  @Override
  public void close() throws IOException {
    try {
      for (Path each : new Path[] {silent(), unlocked(), logging(), fifo()}) {
        if (exists(each)) {
          Syscalls.unlink(each);
        }
      }
      Syscalls.rmdir(path);
    } finally {
      if (lock.isPresent()) {
        lock.get().close();
      }
    }
  }

  private static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }
}
