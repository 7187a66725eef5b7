package dev.nook.linux.mount;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.MountStatus;
import dev.nook.linux.syscall.SystemCallException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What is mounted on one path, asked of the kernel by the ids of the mounts
/// ([statmount(2)](https://man7.org/linux/man-pages/man2/statmount.2.html)), so that other mounts
/// cost nothing. The mount table has to be read where the kernel lacks it, and where a filesystem
/// is dead: its root does not say which mount it belongs to.
final class MountStack {
  private static final long READ_ONLY = 0x1;
  private static final long NOSUID = 0x2;
  private static final long NODEV = 0x4;
  private static final long NOEXEC = 0x8;
  private static final long ACCESS_TIME = 0x70;
  private static final long RELATIME = 0x00;
  private static final long NOATIME = 0x10;
  private static final long NODIRATIME = 0x80;
  private static final long NOSYMFOLLOW = 0x200000;
  private static final long IDMAPPED = 0x100000;

  /// Whether the kernel has it, as far as is known.
  private static volatile boolean known = true;

  private MountStack() {}

  /// The mounts on a path, the bottom first; empty where only the mount table can say it.
  static Optional<List<Mounts.Entry>> at(Path mountPoint) throws SystemCallException {
    MountStatus.Reached reached;
    try {
      reached = MountStatus.reached(mountPoint);
    } catch (SystemCallException e) {
      return e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR) ? Optional.of(List.of()) : Optional.empty();
    }
    if (reached.id().isEmpty()) {
      return Optional.empty();
    }
    return reached.isRoot() ? stack(reached.id().get(), mountPoint) : Optional.of(List.of());
  }

  private static Optional<List<Mounts.Entry>> stack(long top, Path mountPoint)
      throws SystemCallException {
    List<Mounts.Entry> stack = new ArrayList<>();
    Optional<MountStatus> mount = of(top);
    while (mount.isPresent() && mountPoint.equals(mount.get().mountPoint())) {
      stack.addFirst(entry(mount.get()));
      long parent = mount.get().parent();
      mount = parent == mount.get().id() ? Optional.empty() : of(parent);
    }
    return stack.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(stack));
  }

  /// One mount by the id that the kernel gives to no other; empty where that cannot be asked.
  static Optional<Mounts.Entry> byId(long id) throws SystemCallException {
    return of(id).map(MountStack::entry);
  }

  private static Optional<MountStatus> of(long id) throws SystemCallException {
    if (!known) {
      return Optional.empty();
    }
    try {
      return Optional.of(MountStatus.of(id));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOSYS)) {
        known = false;
      } else if (!e.is(Errno.ENOENT) && !e.is(Errno.EPERM)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static Mounts.Entry entry(MountStatus mount) {
    List<String> superFlags = new ArrayList<>(List.of(mount.readOnly() ? "ro" : "rw"));
    if (!mount.options().isEmpty()) {
      superFlags.addAll(Arrays.asList(mount.options().split(",")));
    }
    return new Mounts.Entry(
        mount.oldId(),
        mount.oldParent(),
        mount.device(),
        mount.root(),
        mount.mountPoint(),
        flags(mount.attributes()),
        mount.type(),
        mount.source(),
        List.copyOf(superFlags));
  }

  /// As mountinfo writes them, in the same order.
  private static List<String> flags(long attributes) {
    List<String> flags = new ArrayList<>();
    flags.add((attributes & READ_ONLY) != 0 ? "ro" : "rw");
    add(flags, "nosuid", attributes & NOSUID);
    add(flags, "nodev", attributes & NODEV);
    add(flags, "noexec", attributes & NOEXEC);
    if ((attributes & ACCESS_TIME) == NOATIME) {
      flags.add("noatime");
    }
    add(flags, "nodiratime", attributes & NODIRATIME);
    if ((attributes & ACCESS_TIME) == RELATIME) {
      flags.add("relatime");
    }
    add(flags, "nosymfollow", attributes & NOSYMFOLLOW);
    add(flags, "idmapped", attributes & IDMAPPED);
    return List.copyOf(flags);
  }

  private static void add(List<String> flags, String flag, long set) {
    if (set != 0) {
      flags.add(flag);
    }
  }
}
