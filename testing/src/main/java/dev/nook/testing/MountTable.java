package dev.nook.testing;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tree of mounts, and the walk along a path through it.
final class MountTable {
  private static final int MOST_LINKS = 40;
  private static final Path ROOT = Path.of("/");

  private final List<Mount> mounts = new ArrayList<>();
  private int lastId = 20;

  List<Mount> all() {
    return List.copyOf(mounts);
  }

  Mount add(
      Place on, Superblock superblock, Path shown, List<String> flags, List<String> superFlags) {
    return add(on.mount().id, on.path(), superblock, shown, flags, superFlags);
  }

  Mount add(
      int parentId,
      Path mountPoint,
      Superblock superblock,
      Path shown,
      List<String> flags,
      List<String> superFlags) {
    Mount mount = new Mount(++lastId, parentId, superblock, shown, mountPoint, flags, superFlags);
    mounts.add(mount);
    return mount;
  }

  void clear() {
    mounts.clear();
  }

  void remove(Mount mount) {
    mounts.remove(mount);
  }

  /// A mount shows a file, whatever its name becomes.
  void renamed(Path from, Path to) {
    for (Mount mount : mounts) {
      if (mount.shown.startsWith(from)) {
        mount.shown = to.resolve(from.relativize(mount.shown));
      }
    }
  }

  boolean hasChildren(Mount mount) {
    return mounts.stream().anyMatch(other -> other.parentId == mount.id);
  }

  boolean hasMountBelow(Path path) {
    return mounts.stream().anyMatch(mount -> mount.mountPoint.startsWith(path));
  }

  boolean isMounted(Attached loop) {
    return mounts.stream().anyMatch(mount -> mount.superblock.rdev == Attached.rdev(loop.number));
  }

  /// Where a path leads, its last component followed when it is a symbolic link.
  Place follow(Path path) throws IOException {
    return walk(path.toAbsolutePath(), true, 0);
  }

  /// Where a path leads, its last component taken as it is.
  Place noFollow(Path path) throws IOException {
    return walk(path.toAbsolutePath(), false, 0);
  }

  private Place walk(Path path, boolean followLast, int links) throws IOException {
    if (links > MOST_LINKS) {
      throw new SystemCallException("open", path.toString(), Errno.ELOOP);
    }
    Place place = top(mounts.getFirst(), ROOT);
    Path clean = path.normalize();
    for (int i = 0; i < clean.getNameCount(); i++) {
      Path next = place.path().resolve(clean.getName(i));
      boolean last = i == clean.getNameCount() - 1;
      Place below = top(place.mount(), next);
      if ((!last || followLast) && Files.isSymbolicLink(below.real())) {
        Path target = place.path().resolve(Files.readSymbolicLink(below.real()));
        Path rest = last ? target : target.resolve(clean.subpath(i + 1, clean.getNameCount()));
        return walk(rest, followLast, links + 1);
      }
      place = below;
    }
    return place;
  }

  /// The topmost of what is stacked at a path that lies in a mount.
  private Place top(Mount in, Path path) {
    Mount topmost = in;
    for (Optional<Mount> upper = child(topmost, path); upper.isPresent(); ) {
      topmost = upper.get();
      upper = child(topmost, path);
    }
    return new Place(topmost, path, topmost.real(path));
  }

  private Optional<Mount> child(Mount parent, Path path) {
    return mounts.stream()
        .filter(mount -> mount.parentId == parent.id && mount.mountPoint.equals(path))
        .findFirst();
  }
}
