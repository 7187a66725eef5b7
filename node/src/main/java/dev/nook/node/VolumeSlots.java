package dev.nook.node;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.mount.Mounts;
import dev.nook.node.mount.Rollback;
import dev.nook.store.ShownVolumes;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;

/// How many volumes this node may have staged. Those that are staged are remembered, and counted
/// together with those that are just arriving, so that no number of parallel calls gets past the
/// limit. The kernel is asked which are attached or mounted before the first volume arrives and
/// before one is refused; the lock is not held meanwhile, and what arrives and leaves until the
/// answer is there is counted too.
public final class VolumeSlots {
  private final ShownVolumes volumes;
  private final Mounts mounts;
  private final IntSupplier limit;

  @GuardedBy("this")
  private final Set<VolumeId> staged = new HashSet<>();

  @GuardedBy("this")
  private final Set<VolumeId> arriving = new HashSet<>();

  /// For each look at the kernel that has not ended: which volumes have been staged (true) or have
  /// left since it began.
  @GuardedBy("this")
  private final List<Map<VolumeId, Boolean>> looks = new ArrayList<>();

  @GuardedBy("this")
  private boolean looked;

  /// @param limit read at each use, so that it can change without a restart
  public VolumeSlots(ShownVolumes volumes, Mounts mounts, IntSupplier limit) {
    this.volumes = volumes;
    this.mounts = mounts;
    this.limit = limit;
  }

  /// A place for one volume while it is being staged. It is given back unless it is kept.
  final class Slot implements AutoCloseable {
    private final VolumeId id;

    private Slot(VolumeId id) {
      this.id = id;
    }

    /// The volume is staged: it has its place until it has [#left].
    void keep(Rollback rollback) {
      if (note(id, true)) {
        rollback.add(() -> left(id));
      }
    }

    @Override
    public void close() {
      synchronized (VolumeSlots.this) {
        arriving.remove(id);
      }
    }
  }

  /// Gives a volume a place; it may have one already. `Exhausted` when the node is full. Takes a
  /// slot. The caller holds the volume, so that nobody else takes a slot for it.
  Slot take(VolumeId id) throws StorageException, IOException {
    int most = limit.getAsInt();
    if (!isLooked()) {
      look();
    }
    if (!enter(id, most)) {
      look();
      if (!enter(id, most)) {
        throw new StorageException.Exhausted(
            id,
            "%d volumes are staged on this node and its limit is %d; use another node or raise it"
                .formatted(count(), most));
      }
    }
    return new Slot(id);
  }

  /// A volume is not staged any more.
  void left(VolumeId id) {
    boolean _ = note(id, false);
  }

  private synchronized boolean isLooked() {
    return looked;
  }

  private synchronized boolean enter(VolumeId id, int most) {
    boolean fits = staged.contains(id) || count() < most;
    if (fits) {
      arriving.add(id);
    }
    return fits;
  }

  private synchronized int count() {
    int count = staged.size();
    for (VolumeId id : arriving) {
      count += staged.contains(id) ? 0 : 1;
    }
    return count;
  }

  /// Returns whether that is news.
  private synchronized boolean note(VolumeId id, boolean here) {
    for (Map<VolumeId, Boolean> look : looks) {
      look.put(id, here);
    }
    return here ? staged.add(id) : staged.remove(id);
  }

  private void look() throws IOException {
    Map<VolumeId, Boolean> since = new HashMap<>();
    synchronized (this) {
      looks.add(since);
    }
    try {
      Set<VolumeId> seen = new HashSet<>(volumes.attached(mounts.view()));
      synchronized (this) {
        for (Map.Entry<VolumeId, Boolean> change : since.entrySet()) {
          if (change.getValue()) {
            seen.add(change.getKey());
          } else {
            seen.remove(change.getKey());
          }
        }
        staged.clear();
        staged.addAll(seen);
        looked = true;
      }
    } finally {
      synchronized (this) {
        looks.removeIf(look -> look == since);
      }
    }
  }
}
