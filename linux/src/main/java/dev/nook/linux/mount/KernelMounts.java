package dev.nook.linux.mount;

import static dev.nook.linux.syscall.OpenFlag.O_NOFOLLOW;
import static dev.nook.linux.syscall.OpenFlag.O_PATH;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.FileStatus;
import dev.nook.linux.syscall.MountStatus;
import dev.nook.linux.syscall.MountSyscalls;
import dev.nook.linux.syscall.Syscalls;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// The kernel's mount table. A path is opened first, without following a link, and the mount is
/// made on that file, so that replacing the path leads nowhere else.
public final class KernelMounts implements Mounts {
  private static final Path OWN = Path.of("/proc/self");

  private static final long UNTRUSTED =
      KernelFlag.NODEV.attribute | KernelFlag.NOSUID.attribute | KernelFlag.NOEXEC.attribute;

  /// How long to wait for short-lived users of a mount.
  private static final Duration GLANCE = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Departures departures = new Departures();
  private final Path first;

  public KernelMounts() {
    this(Path.of("/proc/1"));
  }

  /// @param first the process whose mounts [#everywhere] adds
  KernelMounts(Path first) {
    this.first = first;
  }

  @Override
  public List<Entry> all() throws IOException {
    return MountTable.of(OWN);
  }

  @Override
  public List<Entry> everywhere() throws IOException {
    return view().everywhere();
  }

  @Override
  public MountView view() throws IOException {
    return new MountView(all(), isAnother() ? MountTable.of(first) : List.of());
  }

  private boolean isAnother() throws SystemCallException {
    Optional<String> other = namespace(first);
    return other.isPresent() && !other.equals(namespace(OWN));
  }

  @Override
  public List<Entry> at(Path mountPoint) throws IOException {
    Optional<List<Entry>> stack = MountStack.at(mountPoint);
    return stack.isPresent() ? stack.get() : Mounts.super.at(mountPoint);
  }

  /// The table of the first process is read only when something lies there. A path is followed from
  /// the root of that process.
  @Override
  public List<Entry> elsewhere(Path mountPoint) throws IOException {
    if (!isAnother()) {
      return List.of();
    }
    Path there = first.resolve("root").resolve(Path.of("/").relativize(mountPoint));
    try {
      if (!MountStatus.reached(there).isRoot()) {
        return List.of();
      }
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        return List.of();
      }
    }
    return MountTable.of(first).stream()
        .filter(entry -> entry.mountPoint().equals(mountPoint))
        .toList();
  }

  @Override
  public Optional<HeldMount> hold(Path mountPoint) throws IOException {
    departures.await(mountPoint, GLANCE);
    return HeldRoot.at(mountPoint);
  }

  private static Optional<String> namespace(Path process) throws SystemCallException {
    try {
      return Optional.of(Syscalls.readlink(process.resolve("ns/mnt")));
    } catch (SystemCallException e) {
      if (e.is(Errno.EACCES) || e.is(Errno.EPERM) || e.is(Errno.ENOENT)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void mount(Path device, Path directory, FileSystemType type, MountFlags flags)
      throws IOException {
    check(flags, Optional.of(type));
    try (Fd target = open(directory)) {
      MountSyscalls.mount(device, target, type.kernelName(), flags.mountBits(), flags.data(type));
    }
  }

  /// Binds by making a detached mount and moving it here, so that it is not visible without its
  /// flags and its copies in other namespaces have them too; neither holds for a bind mount that is
  /// remounted.
  @Override
  public void bind(Path from, Path to, MountFlags flags) throws IOException {
    try (Fd tree = MountSyscalls.openTree(from)) {
      FileStatus shown = Syscalls.fstat(tree);
      if (shown.isSymlink()) {
        throw new SystemCallException("open", from.toString(), Errno.ELOOP);
      }
      bind(tree, shown.isDirectory(), from, to, flags);
    }
  }

  private static void bind(Fd tree, boolean directory, Path from, Path to, MountFlags flags)
      throws IOException {
    try (Fd target = Syscalls.open(to, O_PATH, O_NOFOLLOW)) {
      FileStatus covered = Syscalls.fstat(target);
      if (covered.isSymlink()) {
        throw new SystemCallException("open", to.toString(), Errno.ELOOP);
      }
      if (directory != covered.isDirectory()) {
        throw new SystemCallException("bind " + from, to.toString(), Errno.ENOTDIR);
      }
      long set = flags.attributes() | (directory ? KernelFlag.NODEV.attribute : 0);
      long atime = flags.setsAccessTime() ? KernelFlag.ATIME_FIELD : 0;
      MountSyscalls.mountSetattr(tree, set, (KernelFlag.SWITCHES & ~set) | atime);
      MountSyscalls.moveMount(tree, target);
    }
  }

  /// Replays the log by a detached mount, which ends with its descriptor. Only this mount gets
  /// `nouuid`: elsewhere two XFS with one UUID mean a copy without an identity of its own.
  @Override
  public void replayLog(Path device, FileSystemType type) throws IOException {
    List<String> flags = type == FileSystemType.XFS ? List.of("nouuid") : List.of();
    MountSyscalls.mountDetached(device, type.kernelName(), flags, UNTRUSTED).close();
  }

  @Override
  public void unmount(Path mountPoint) throws IOException {
    departures.begin(mountPoint);
    try {
      whenFree(mountPoint);
    } catch (SystemCallException e) {
      if (e.is(Errno.EBUSY)) {
        String held = "%s (held by %s)".formatted(mountPoint, MountHolders.of(mountPoint, all()));
        throw new SystemCallException("umount", held, Errno.EBUSY);
      }
      throw e;
    } finally {
      departures.end(mountPoint);
    }
  }

  /// Waits for short-lived users: every path lookup through a mount, and every descriptor in it,
  /// holds the mount.
  private static void whenFree(Path mountPoint) throws SystemCallException {
    long deadline = System.nanoTime() + GLANCE.toNanos();
    while (true) {
      try {
        MountSyscalls.umount(mountPoint);
        return;
      } catch (SystemCallException e) {
        if (!e.is(Errno.EBUSY) || System.nanoTime() >= deadline) {
          throw e;
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private static Fd open(Path path) throws SystemCallException {
    Fd fd = Syscalls.open(path, O_PATH, O_NOFOLLOW);
    boolean kept = false;
    try {
      if (Syscalls.fstat(fd).isSymlink()) {
        throw new SystemCallException("open", path.toString(), Errno.ELOOP);
      }
      kept = true;
      return fd;
    } finally {
      if (!kept) {
        fd.close();
      }
    }
  }

  private static void check(MountFlags flags, Optional<FileSystemType> type) {
    flags
        .refusedBy(type)
        .ifPresent(refusal -> {
          throw new IllegalArgumentException(refusal);
        });
  }
}
