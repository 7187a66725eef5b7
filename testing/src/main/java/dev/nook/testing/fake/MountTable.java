package dev.nook.testing.fake;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The tree of mounts, and the walk along a path through it.
final class MountTable {
  private static final int MOST_LINKS = 40;
  private static final Path ROOT = Path.of("/");
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /// Where a mount is made: on a path of the mount below it. No two mounts share a site, because
  /// the second is made on top of the first.
  private record Site(int parentId, Path mountPoint) {}

  private final List<Mount> mounts = new ArrayList<>();
  private final Map<Site, Mount> sites = new HashMap<>();

  /// Mounts that only another namespace shows.
  private final List<Mount> elsewhere = new ArrayList<>();

  /// Roots of mounts that are held open, by the path of their descriptor.
  private final Map<Path, Place> held = new HashMap<>();

  /// A folder whose path has no symbolic link in it, and gets none.
  private final Path straight;

  /// The place that the path of that folder leads to, until something is mounted or unmounted.
  private Optional<Place> start = Optional.empty();

  private int lastId = 20;
  private int lastHeld = 1000;

  MountTable(Path folder) throws IOException {
    straight = folder.toRealPath().equals(folder) ? folder : ROOT;
  }

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
    start = Optional.empty();
    sites.put(new Site(parentId, mountPoint), mount);
    return mount;
  }

  void addElsewhere(Place shown, Path mountPoint) {
    elsewhere.add(
        new Mount(
            ++lastId,
            1,
            shown.superblock(),
            shown.real(),
            mountPoint,
            List.of("rw", "relatime"),
            shown.mount().superFlags));
  }

  List<Mount> elsewhere() {
    return List.copyOf(elsewhere);
  }

  void clear() {
    mounts.clear();
    start = Optional.empty();
    sites.clear();
    elsewhere.clear();
  }

  void remove(Mount mount) {
    mounts.remove(mount);
    start = Optional.empty();
    sites.remove(new Site(mount.parentId, mount.mountPoint));
  }

  /// Follows a rename: a mount shows the same file under its new name.
  void renamed(Path from, Path to) {
    start = Optional.empty();
    Stream.concat(mounts.stream(), elsewhere.stream())
        .filter(mount -> mount.shown.startsWith(from))
        .forEach(mount -> mount.shown = to.resolve(from.relativize(mount.shown)));
  }

  boolean hasChildren(Mount mount) {
    return mounts.stream().anyMatch(other -> other.parentId == mount.id);
  }

  boolean hasMountBelow(Path path) {
    return mounts.stream().anyMatch(mount -> mount.mountPoint.startsWith(path));
  }

  boolean isMounted(Attached loop) {
    return Stream.concat(mounts.stream(), elsewhere.stream())
        .anyMatch(mount -> mount.superblock.rdev == Attached.rdev(loop.number));
  }

  Path hold(Place root) {
    Path path = DESCRIPTORS.resolve(Integer.toString(++lastHeld));
    held.put(path, root);
    return path;
  }

  void letGo(Path path) {
    held.remove(path);
  }

  /// Returns where a path leads, following its last component when that is a symbolic link.
  Place follow(Path path) throws IOException {
    return walk(path.toAbsolutePath(), true, 0);
  }

  /// Returns where a path leads, without following its last component.
  Place noFollow(Path path) throws IOException {
    return walk(path.toAbsolutePath(), false, 0);
  }

  private Place walk(Path path, boolean followLast, int links) throws IOException {
    if (links > MOST_LINKS) {
      throw new SystemCallException("open", path.toString(), Errno.ELOOP);
    }
    Place descriptor = held.get(path);
    if (descriptor != null) {
      return descriptor;
    }
    Path clean = path.normalize();
    boolean below = clean.startsWith(straight);
    Place place = below ? start() : top(mounts.getFirst(), ROOT);
    for (int i = below ? straight.getNameCount() : 0; i < clean.getNameCount(); i++) {
      Path next = place.path().resolve(clean.getName(i));
      boolean last = i == clean.getNameCount() - 1;
      Place there = top(place.mount(), next);
      if ((!last || followLast) && Files.isSymbolicLink(there.real())) {
        Path target = place.path().resolve(Files.readSymbolicLink(there.real()));
        Path rest = last ? target : target.resolve(clean.subpath(i + 1, clean.getNameCount()));
        return walk(rest, followLast, links + 1);
      }
      place = there;
    }
    return place;
  }

  private Place start() {
    if (start.isEmpty()) {
      Place place = top(mounts.getFirst(), ROOT);
      for (Path name : straight) {
        place = top(place.mount(), place.path().resolve(name));
      }
      start = Optional.of(place);
    }
    return start.get();
  }

  /// Returns the topmost of the mounts that are stacked at a path of a mount.
  private Place top(Mount in, Path path) {
    Mount topmost = in;
    Mount upper = sites.get(new Site(topmost.id, path));
    while (upper != null) {
      topmost = upper;
      upper = sites.get(new Site(topmost.id, path));
    }
    return new Place(topmost, path, topmost.real(path));
  }
}
