package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Cuts, deletes and lists snapshots: what the Controller service asks for. Idempotent and durable
/// as [Volumes] is.
public interface Snapshots {
  /// The id that [#create] would give; no disk is read. `NotFound` when the source can be nowhere
  /// on this node.
  SnapshotId idOf(Name name, VolumeId source) throws StorageException;

  /// Cuts a snapshot of a volume, in use or idle, or returns the one of this name and source that
  /// exists; `Incompatible` when the name belongs to another source. `NotReady` where the pool
  /// cannot cut a volume in use, `Exhausted` when there is no room for what the source holds. The
  /// caller holds the snapshot's id and pins the source.
  ///
  /// @param oneMoment as for [Volumes#create]
  Snapshot create(Name name, VolumeId source, Runnable oneMoment)
      throws StorageException, IOException;

  /// Absent is fine. Volumes made from it live on.
  void delete(SnapshotId id) throws StorageException, IOException;

  /// `NotFound`; `NotReady` when its record cannot be trusted.
  Snapshot get(SnapshotId id) throws StorageException, IOException;

  /// Snapshots in id order, from just after a token's place. `StaleToken`. Filters that match
  /// nothing give an empty page.
  Page list(Filter filter, int max, Optional<String> token) throws StorageException;

  record Filter(Optional<SnapshotId> id, Optional<VolumeId> source) {
    public static final Filter ALL = new Filter(Optional.empty(), Optional.empty());

    /// What is kept beside what a CO made shows itself only to who knows its id.
    public boolean lets(Snapshot snapshot) {
      return (id.isPresent() || !snapshot.id().isKept())
          && id.filter(wanted -> !wanted.equals(snapshot.id())).isEmpty()
          && source.filter(wanted -> !wanted.equals(snapshot.source())).isEmpty();
    }
  }

  /// @param nextToken empty on the last page
  record Page(List<Snapshot> entries, Optional<String> nextToken) {}
}
