package dev.nook.store.directory;

import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.error.Scope;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.Subject;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the mounts that show a directory of a pool: those of the pool's own filesystem that are
/// rooted below the pool's root in it. The mount that holds the pool says both; stat(2) cannot,
/// because the device of a btrfs subvolume is not the one that mountinfo shows.
final class TreeMounts {
  private final Layout layout;
  private final Mounts mounts;

  /// The mounts that may hold the pool, as they were seen last.
  private volatile Optional<List<Mounts.Entry>> pools = Optional.empty();

  TreeMounts(Layout layout, Mounts mounts) {
    this.layout = layout;
    this.mounts = mounts;
  }

  /// Names a mount of a volume, in this namespace or pid 1's; empty where there is none.
  Optional<String> userOf(VolumeId id) throws IOException {
    return Scope.HOST.of(Subject.Part.MOUNTS, () -> mountsOf(id)).stream()
        .findFirst()
        .map(mount -> "the mount at " + mount.mountPoint());
  }

  private List<Mounts.Entry> mountsOf(VolumeId id) throws IOException {
    MountView view = mounts.view();
    note(view);
    Map<Mounts.Entry, VolumeId> shown = among(view.everywhere());
    return shown.keySet().stream().filter(mount -> id.equals(shown.get(mount))).toList();
  }

  /// @param view of all mounts
  Set<VolumeId> all(MountView view) throws IOException {
    note(view);
    return Set.copyOf(among(view.here()).values());
  }

  /// Notes which mounts may hold the pool, for the thread that may wait. The pool's own mount may
  /// be hidden by another one over it, while its volumes are still shown.
  void look() throws IOException {
    note(mounts.view());
  }

  private void note(MountView view) {
    pools =
        Optional.of(
            view.here().stream()
                .filter(mount -> layout.root().startsWith(mount.mountPoint()))
                .toList());
  }

  Map<Mounts.Entry, VolumeId> among(Collection<Mounts.Entry> some) throws IOException {
    if (pools.isEmpty()) {
      look();
    }
    Map<Mounts.Entry, VolumeId> shown = new LinkedHashMap<>();
    for (Mounts.Entry mount : some) {
      pools
          .orElse(List.of())
          .forEach(own -> volumeOf(mount, own).ifPresent(id -> shown.put(mount, id)));
    }
    return shown;
  }

  /// Returns the volume of which a mount shows `volumes/<id>/data` or what is below; or
  /// `trash/<id>.<nonce>/data`, for a mount that a delete did not see.
  private Optional<VolumeId> volumeOf(Mounts.Entry mount, Mounts.Entry own) {
    Path root = Path.of(own.root()).resolve(own.mountPoint().relativize(layout.root())).normalize();
    Path shown = Path.of(mount.root());
    if (mount.device() != own.device() || !shown.startsWith(root)) {
      return Optional.empty();
    }
    Path place = layout.root().resolve(root.relativize(shown).toString());
    for (Path directory : List.of(layout.volumes(), layout.trash())) {
      if (place.startsWith(directory) && place.getNameCount() > directory.getNameCount() + 1) {
        StoredId id = Layout.idOf(place.getName(directory.getNameCount()).toString());
        return id instanceof VolumeId volume && id.tag().isPresent()
            ? Optional.of(volume)
            : Optional.empty();
      }
    }
    return Optional.empty();
  }
}
