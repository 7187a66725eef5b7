package dev.nook.linux.mount;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_PATH;

import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.PseudoFile;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The root of a mount by a descriptor that was opened with O_PATH. statx(2) would ask the
/// filesystem; the number of a descriptor's mount, which is in its fdinfo, does not.
final class HeldRoot implements HeldMount {
  private static final Pattern MOUNT = Pattern.compile("(?m)^mnt_id:\\s*(\\d+)$");

  private final Fd fd;
  private final int id;

  private HeldRoot(Fd fd, int id) {
    this.fd = fd;
    this.id = id;
  }

  /// Empty where a path leads to no root of a mount, or nowhere.
  static Optional<HeldMount> at(Path path) throws IOException {
    Path parent = path.getParent();
    Optional<Fd> root = parent == null ? Optional.empty() : open(path);
    if (parent == null || root.isEmpty()) {
      return Optional.empty();
    }
    boolean kept = false;
    try (Fd above = Syscalls.open(parent, O_PATH, O_DIRECTORY)) {
      int id = mountOf(root.get());
      kept = id != mountOf(above);
      return kept ? Optional.of(new HeldRoot(root.get(), id)) : Optional.empty();
    } finally {
      if (!kept) {
        root.get().close();
      }
    }
  }

  private static Optional<Fd> open(Path path) throws SystemCallException {
    try {
      return Optional.of(Syscalls.open(path, O_PATH, O_NOFOLLOW));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static int mountOf(Fd fd) throws IOException {
    Path file = Path.of("/proc/self/fdinfo/" + fd.number());
    String info = new String(PseudoFile.read(file), StandardCharsets.US_ASCII);
    Matcher mount = MOUNT.matcher(info);
    if (!mount.find()) {
      throw new IOException("fdinfo of %s names no mount: %s".formatted(fd, info));
    }
    return Integer.parseInt(mount.group(1));
  }

  @Override
  public int id() {
    return id;
  }

  @Override
  public FileSystems.Usage usage() throws IOException {
    return FileSystems.Usage.of(Syscalls.fstatfs(fd));
  }

  /// The dot is looked up in the mount itself: opening this follows no link in its last component.
  @Override
  public Path path() {
    return fd.path().resolve(".");
  }

  @Override
  public void close() throws IOException {
    fd.close();
  }
}
