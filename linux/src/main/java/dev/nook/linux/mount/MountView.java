package dev.nook.linux.mount;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The mount table at one moment. A call that decides several things uses one view, because reading
/// the table takes time by the number of all mounts, and two readings may differ.
///
/// @param here this namespace, in mount order
/// @param elsewhere that of pid 1, where it is another one and may be read
public record MountView(List<Mounts.Entry> here, List<Mounts.Entry> elsewhere) {
  /// A directory or file of a filesystem on which something is mounted, whatever its paths: copies
  /// of a mount that propagation made have the same place.
  ///
  /// @param device of the filesystem
  /// @param path from the filesystem's own root
  public record Place(long device, Path path) {}

  public MountView {
    here = List.copyOf(here);
    elsewhere = List.copyOf(elsewhere);
  }

  public List<Mounts.Entry> everywhere() {
    List<Mounts.Entry> all = new ArrayList<>(here);
    all.addAll(elsewhere);
    return all;
  }

  /// Returns what is mounted exactly on a path, bottom of the stack first.
  public List<Mounts.Entry> at(Path mountPoint) {
    return here.stream().filter(entry -> entry.mountPoint().equals(mountPoint)).toList();
  }

  public Optional<Mounts.Entry> find(int id) {
    return here.stream().filter(entry -> entry.id() == id).findFirst();
  }

  /// Returns the topmost mount that contains a path.
  public Optional<Mounts.Entry> holding(Path path) {
    Optional<Mounts.Entry> best = Optional.empty();
    for (Mounts.Entry mount : here) {
      if (path.startsWith(mount.mountPoint())
          && best.filter(b -> b.mountPoint().getNameCount() > mount.mountPoint().getNameCount())
              .isEmpty()) {
        best = Optional.of(mount);
      }
    }
    return best;
  }

  /// Returns the place of a mount, below everything that is stacked there; for the root mount, its
  /// own root.
  public Place place(Mounts.Entry entry) {
    Optional<Mounts.Entry> parent = find(entry.parentId());
    if (parent.isEmpty() || parent.get().id() == entry.id()) {
      return new Place(entry.device(), Path.of(entry.root()));
    }
    Mounts.Entry below = parent.get();
    return below.mountPoint().equals(entry.mountPoint())
        ? place(below)
        : new Place(
            below.device(),
            Path.of(below.root())
                .resolve(below.mountPoint().relativize(entry.mountPoint()))
                .normalize());
  }
}
