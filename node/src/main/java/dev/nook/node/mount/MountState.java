package dev.nook.node.mount;

import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.ShownVolumes;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What the kernel shows at a path, from the view of one volume. Every call reads it again.
public sealed interface MountState {
  /// Nothing is mounted.
  record Absent() implements MountState {}

  /// This volume is mounted.
  record Here(Mounts.Entry top) implements MountState {
    /// Flags that a mount has only if its caller asked for them. A filesystem that an error has
    /// made read-only does not show in them.
    private static final Set<String> SWITCHES = Set.of("ro", "nosuid", "noexec");

    /// Flags that a bind mount may have from the mount from which it was made.
    private static final Set<String> INHERITED = Set.of("noatime", "nodiratime");

    public void require(VolumeId id, MountFlags wanted) throws StorageException.Incompatible {
      Set<String> shown = of(SWITCHES, top.flags());
      Set<String> asked = of(SWITCHES, wanted.flags());
      asked.addAll(of(INHERITED, wanted.flags()));
      shown.addAll(of(asked, top.flags()));
      if (!shown.equals(asked)) {
        throw new StorageException.Incompatible(
            id,
            "it is mounted at %s with flags %s, but %s were requested; unmount it first"
                .formatted(top.mountPoint(), shown, asked));
      }
    }

    private static Set<String> of(Set<String> known, Collection<String> flags) {
      Set<String> chosen = new TreeSet<>(flags);
      chosen.retainAll(known);
      return chosen;
    }
  }

  /// Something else is mounted, and stays.
  record Foreign(Mounts.Entry top) implements MountState {
    public StorageException.Incompatible refusal(VolumeId id) {
      return new StorageException.Incompatible(
          id,
          "%s holds %s (%s), which is not this volume; unmount it first"
              .formatted(top.mountPoint(), top.source(), top.fsType()));
    }
  }

  public static MountState at(Path path, VolumeId id, MountView view, ShownVolumes volumes)
      throws IOException {
    List<Mounts.Entry> stack = view.at(path);
    if (stack.isEmpty()) {
      return new Absent();
    }
    Mounts.Entry top = stack.getLast();
    return volumes.shownBy(view, top).equals(Optional.of(id)) ? new Here(top) : new Foreign(top);
  }
}
