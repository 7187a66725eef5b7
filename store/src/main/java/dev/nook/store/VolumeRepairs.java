package dev.nook.store;

import dev.nook.linux.repair.Repair;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Checks and mends the filesystems of volumes that nobody uses. Whatever is tried is tried on a
/// copy first, and what a volume held before is kept as a snapshot of a kind of its own
/// ([SnapshotId#isKept]), so that nothing that is done here is done for good but [#forget].
///
/// Callers exclude each other per volume through [Operations]. One volume of a pool is worked on at
/// a time; `OperationPending` while it is another. `NotReady` for a volume that is attached or
/// mounted, one that is raw block or a directory, and in a pool that cannot share blocks;
/// `Exhausted` where the pool has too little space for a copy.
public interface VolumeRepairs {
  /// What the mended copy of a volume may become.
  enum Allowed {
    /// Nothing: it is thrown away when it has been looked at.
    CHECK,
    /// The volume, if mending it has cost nothing.
    IF_HARMLESS,
    /// The volume, whatever mending it has cost.
    WITH_LOSS
  }

  /// What a filesystem's checker made of a copy of a volume.
  ///
  /// @param well whether there was nothing to mend
  /// @param kept what the volume held before, where the mended copy has become the volume
  record Rehearsal(Repair repair, boolean well, Optional<Snapshot> kept) {
    /// Whether mending it costs no file, name or content.
    public boolean isHarmless() {
      return switch (repair.outcome()) {
        case CLEAN, MENDED -> true;
        case MENDED_WITH_LOSS, BEYOND_REPAIR, LOG_DIRTY, STOPPED -> false;
      };
    }
  }

  /// Mends a copy of a volume, and makes it the volume where that is allowed and called for.
  Rehearsal mend(VolumeId id, Allowed allowed) throws StorageException, IOException;

  /// What was kept of a volume, the newest last.
  List<Snapshot> kept(VolumeId id) throws StorageException, IOException;

  /// Makes a volume what it was, and keeps what it is now. Without a snapshot, what was kept last.
  /// Returns what is kept of it now. `NotFound` where no such thing is kept of this volume.
  Snapshot restore(VolumeId id, Optional<SnapshotId> kept) throws StorageException, IOException;

  /// Deletes all that was kept of a volume, and says what that was.
  List<Snapshot> forget(VolumeId id) throws StorageException, IOException;
}
