package dev.nook.node;

import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.ShownVolumes;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntSupplier;

/// How many volumes this node may have staged: those that the kernel shows attached or mounted and
/// those that are just arriving, counted under one lock, so that no number of parallel calls gets
/// past the limit.
public final class VolumeSlots {
  private final ShownVolumes volumes;
  private final Mounts mounts;
  private final IntSupplier limit;
  private final Set<VolumeId> arriving = new HashSet<>();

  /// @param limit asked at each use, so that it can change without a restart
  public VolumeSlots(ShownVolumes volumes, Mounts mounts, IntSupplier limit) {
    this.volumes = volumes;
    this.mounts = mounts;
    this.limit = limit;
  }

  /// A place for one volume while it is being attached; from then on the kernel counts it.
  final class Slot implements AutoCloseable {
    private final VolumeId id;
    private final boolean arrival;

    private Slot(VolumeId id, boolean arrival) {
      this.id = id;
      this.arrival = arrival;
    }

    /// Whether the volume was neither attached nor mounted before.
    boolean isArrival() {
      return arrival;
    }

    @Override
    public void close() {
      synchronized (VolumeSlots.this) {
        arriving.remove(id);
      }
    }
  }

  /// The caller holds the volume, so that nobody else takes a slot for it.
  ///
  /// @param view read while the caller held it
  Slot take(VolumeId id, MountView view) throws StorageException, IOException {
    return volumes.attached(view).contains(id) ? new Slot(id, false) : arrive(id);
  }

  /// Counts what is here now: a volume that has arrived since any earlier view is in neither.
  private synchronized Slot arrive(VolumeId id) throws StorageException, IOException {
    Set<VolumeId> here = new HashSet<>(volumes.attached(mounts.view()));
    here.addAll(arriving);
    int most = limit.getAsInt();
    if (here.size() >= most) {
      throw new StorageException.Exhausted(
          id,
          "%d volumes are staged on this node and its limit is %d; use another node or raise it"
              .formatted(here.size(), most));
    }
    arriving.add(id);
    return new Slot(id, true);
  }
}
