package dev.nook.store.pool;

import dev.nook.store.error.StorageException;
import dev.nook.store.home.Homes;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/// Cuts the snapshots of one pool. All that one can ever hold is claimed before anything is made.
public final class CreateSnapshot {
  private final Identity identity;
  private final Homes<SnapshotId, Snapshot> homes;
  private final Supplier<CutGroup> groups;

  /// @param groups begins to cut snapshots together
  CreateSnapshot(Identity identity, Homes<SnapshotId, Snapshot> homes, Supplier<CutGroup> groups) {
    this.identity = identity;
    this.homes = homes;
    this.groups = groups;
  }

  /// Returns the snapshot that has this name; `Incompatible` when it is of another volume,
  /// `NotReady` when its record cannot be trusted.
  public Optional<Snapshot> existing(Name name, VolumeId source) throws StorageException {
    SnapshotId id = identity.snapshot(name);
    Optional<Snapshot> snapshot = homes.existing(id);
    if (snapshot.isPresent() && !snapshot.get().name().equals(name)) {
      throw new StorageException.Incompatible(id, "its name is " + snapshot.get().name());
    }
    if (snapshot.isPresent() && !snapshot.get().source().equals(source)) {
      throw new StorageException.Incompatible(
          id,
          "it is a snapshot of volume %s, not of %s".formatted(snapshot.get().source(), source));
    }
    return snapshot;
  }

  /// Cuts a snapshot of a volume, durable when this returns; `Exhausted` when what it can hold is
  /// not there.
  ///
  /// @param oneMoment as [Filling#prepareCut] has it
  public Snapshot create(Name name, Volume source, Runnable oneMoment)
      throws StorageException, IOException {
    return create(identity.snapshot(name), name, source, oneMoment);
  }

  /// As [#create(Name, Volume, Runnable)], under another id than that of the name.
  public Snapshot create(SnapshotId id, Name name, Volume source, Runnable oneMoment)
      throws StorageException, IOException {
    try (CutGroup group = group()) {
      group.prepare(id, name, source, oneMoment);
      group.cut();
      return group.commit().getFirst();
    }
  }

  /// Begins to cut snapshots together.
  CutGroup group() {
    return groups.get();
  }
}
