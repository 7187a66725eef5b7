package dev.nook.linux.mount;

import static dev.nook.linux.syscall.OpenFlag.O_DIRECTORY;
import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_PATH;

import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.MountStatus;
import dev.nook.linux.syscall.PseudoFile;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The root of a mount by a descriptor that was opened with O_PATH. Which mount it is says
/// statx(2), which asks the filesystem; where that is dead, the number of the descriptor's mount,
/// which is in its fdinfo.
///
/// @param uniqueId by which statmount(2) finds the mount; empty where the kernel or a dead
///   filesystem does not say it
record HeldRoot(Fd fd, Optional<Long> uniqueId) implements HeldMount {
  private static final Pattern MOUNT = Pattern.compile("(?m)^mnt_id:\\s*(\\d+)$");
  private static final Path OWN = Path.of("/proc/self");

  /// Holds what is mounted at a path; empty where the path leads to no root of a mount, or nowhere.
  static Optional<HeldMount> at(Path path) throws IOException {
    Path parent = path.getParent();
    Optional<Fd> root = parent == null ? Optional.empty() : open(path);
    if (parent == null || root.isEmpty()) {
      return Optional.empty();
    }
    Optional<HeldMount> held = Optional.empty();
    try {
      held = held(root.get(), parent);
      return held;
    } finally {
      if (held.isEmpty()) {
        root.get().close();
      }
    }
  }

  private static Optional<HeldMount> held(Fd root, Path parent) throws IOException {
    try {
      MountStatus.Reached reached = MountStatus.reached(root);
      if (reached.id().isPresent()) {
        return reached.isRoot() ? Optional.of(new HeldRoot(root, reached.id())) : Optional.empty();
      }
    } catch (SystemCallException e) {
      if (!e.is(Errno.EIO)) {
        throw e;
      }
    }
    try (Fd above = Syscalls.open(parent, O_PATH, O_DIRECTORY)) {
      return mountOf(root) == mountOf(above)
          ? Optional.empty()
          : Optional.of(new HeldRoot(root, Optional.empty()));
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
    byte[] text = PseudoFile.read(OWN.resolve("fdinfo/" + fd.number()));
    String info = new String(text, StandardCharsets.US_ASCII);
    Matcher mount = MOUNT.matcher(info);
    if (!mount.find()) {
      throw new IOException("fdinfo of %s names no mount: %s".formatted(fd, info));
    }
    return Integer.parseInt(mount.group(1));
  }

  @Override
  public Optional<Mounts.Entry> entry() throws IOException {
    Optional<Mounts.Entry> entry =
        uniqueId.isEmpty() ? Optional.empty() : MountStack.byId(uniqueId.get());
    if (entry.isPresent()) {
      return entry;
    }
    int id = mountOf(fd);
    return MountTable.of(OWN).stream().filter(each -> each.id() == id).findFirst();
  }

  @Override
  public FileSystems.Usage usage() throws IOException {
    return FileSystems.Usage.of(Syscalls.fstatfs(fd));
  }

  /// Returns a path that ends in a dot, which is looked up in the mount itself: opening it follows
  /// no link.
  @Override
  public Path path() {
    return fd.path().resolve(".");
  }

  @Override
  public void close() throws IOException {
    fd.close();
  }
}
