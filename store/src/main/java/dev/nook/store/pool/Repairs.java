package dev.nook.store.pool;

import dev.nook.linux.repair.Repair;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.store.VolumeRepairs.Allowed;
import dev.nook.store.VolumeRepairs.Rehearsal;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Filling;
import dev.nook.store.backend.Mending;
import dev.nook.store.error.StorageException;
import dev.nook.store.guard.PoolRoot;
import dev.nook.store.home.Clones;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Origin;
import dev.nook.store.space.Space;
import dev.nook.store.space.policy.Charge;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Repairs the volumes of one pool, one at a time, and keeps what they were.
///
/// First a copy is made, repaired and synced; then what the volume holds is kept as a snapshot,
/// durably; then the copy takes the volume's place by one rename. Wherever that is cut off, the
/// volume is whole, as it was or repaired, and what it was is never lost.
public final class Repairs {
  /// What is to be done to a volume.
  public interface Work<T> {
    T by(Repairs repairs, Volume volume) throws StorageException, IOException;
  }

  private final Layout layout;
  private final Backends<? extends Filling> backends;
  private final DeleteVolume volumes;
  private final KeptImages images;
  private final Clones clones;
  private final Space space;

  /// A repair takes much of the disk's time and of the host's memory.
  private final ReentrantLock one = new ReentrantLock();

  public Repairs(
      Layout layout,
      Backends<? extends Filling> backends,
      DeleteVolume volumes,
      KeptImages images,
      Clones clones,
      Space space) {
    this.layout = layout;
    this.backends = backends;
    this.volumes = volumes;
    this.images = images;
    this.clones = clones;
    this.space = space;
  }

  public Rehearsal mend(Volume volume, Allowed allowed) throws StorageException, IOException {
    Mending mending = mending(volume);
    return onCopy(
        volume,
        (copy, claim) -> {
          Home home = layout.volume(volume.id());
          boolean marked = mending.isMarked(home, volume.content());
          Repair repair = mending.mend(volume.id(), home, copy, volume.content());
          boolean well = repair.outcome() == Outcome.CLEAN && !marked;
          Rehearsal rehearsal = new Rehearsal(repair, well, Optional.empty());
          if (well || !becomes(rehearsal, allowed)) {
            return rehearsal;
          }
          claim.close(); // What is kept is charged for the copy's blocks from here on.
          Snapshot kept = become(mending, copy, volume);
          return new Rehearsal(repair, false, Optional.of(kept));
        });
  }

  private static boolean becomes(Rehearsal rehearsal, Allowed allowed) {
    return switch (allowed) {
      case CHECK -> false;
      case IF_HARMLESS -> rehearsal.isHarmless();
      case WITH_LOSS -> rehearsal.repair().outcome().isSound();
    };
  }

  public List<Snapshot> kept(Volume volume) {
    return images.of(volume);
  }

  public Snapshot restore(Volume volume, Optional<SnapshotId> wanted)
      throws StorageException, IOException {
    Mending mending = mending(volume);
    Snapshot kept =
        images.of(volume).reversed().stream()
            .filter(each -> wanted.isEmpty() || wanted.get().equals(each.id()))
            .findFirst()
            .orElseThrow(() ->
                new StorageException.NotFound(
                    volume.id(),
                    wanted
                        .map(id -> "has no kept snapshot %s; nook volumes --snapshots lists them")
                        .orElse("was never repaired, or what it was before has been deleted")
                        .formatted(wanted.map(SnapshotId::text).orElse(""))));
    return onCopy(
        volume,
        (copy, claim) -> {
          Home home = layout.snapshot(kept.id());
          mending.copy(home, copy, volume.content(), volume.capacityBytes());
          claim.close();
          return become(mending, copy, volume);
        });
  }

  public List<Snapshot> forget(Volume volume) throws IOException {
    return images.forget(volume);
  }

  private Snapshot become(Mending mending, Home copy, Volume volume)
      throws StorageException, IOException {
    Snapshot kept = images.keep(volume);
    mending.become(copy, layout.volume(volume.id()));
    space.pinned().measure(volume);
    return kept;
  }

  private Mending mending(Volume volume) throws StorageException, IOException {
    Home home = layout.volume(volume.id());
    Optional<Mending> mending = backends.of(volume.content()).mending();
    Optional<String> refused =
        mending.isPresent()
            ? mending.get().refuses(home, volume.content())
            : Optional.of(
                "it is a directory of its pool's filesystem, which can only be checked as a whole");
    if (refused.isPresent()) {
      throw new StorageException.NotReady(volume.id(), refused.get());
    }
    volumes.requireUnused(volume.id());
    return mending.orElseThrow();
  }

  /// Returns what a copy can come to, which is charged as a snapshot is: while it is written, it
  /// keeps the blocks that it shared from being freed.
  private Charge ofCopy(Volume volume) throws IOException {
    return space.policies().of(volume.content()).cut(Origin.of(volume, layout));
  }

  /// Works on a copy of the volume, with no other check or repair in its pool.
  private <T> T onCopy(Volume volume, Clones.Use<T> use) throws StorageException, IOException {
    return alone(volume, () -> clones.use(volume.id(), ofCopy(volume), use));
  }

  private <T> T alone(Volume volume, PoolRoot.Call<T> call) throws StorageException, IOException {
    if (!one.tryLock()) {
      throw new StorageException.OperationPending(
          volume.id(), "a check or repair in pool " + volume.pool());
    }
    try {
      return call.run();
    } finally {
      one.unlock();
    }
  }
}
