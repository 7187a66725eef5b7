package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Creates, deletes and lists snapshots, for the Controller service. Its methods are idempotent and
/// durable, as those of [Volumes] are.
public interface Snapshots {
  /// Returns the id that [#create] would give, without reading a disk. Throws `NotFound` when the
  /// source cannot be on this node.
  SnapshotId idOf(Name name, VolumeId source) throws StorageException;

  /// Creates a snapshot of a volume, in use or idle, or returns the existing one of this name and
  /// source. Throws `Incompatible` when the name belongs to another source, `NotReady` where the
  /// pool cannot copy a volume in use, `Exhausted` when there is too little space for what the
  /// source holds. The caller holds the snapshot's id exclusively and its source in common.
  ///
  /// @param oneMoment as for [Volumes#create]
  Snapshot create(Name name, VolumeId source, Runnable oneMoment)
      throws StorageException, IOException;

  /// Deletes a snapshot; does nothing when it is absent. Volumes made from it stay.
  void delete(SnapshotId id) throws StorageException, IOException;

  /// Returns a snapshot. Throws `NotFound`, or `NotReady` when its record cannot be trusted.
  Snapshot get(SnapshotId id) throws StorageException, IOException;

  /// Lists snapshots in the order of ids, from just after a token's place. Throws `StaleToken`.
  /// Filters that match nothing give an empty page.
  Page list(Filter filter, int max, Optional<String> token) throws StorageException;

  record Filter(Optional<SnapshotId> id, Optional<VolumeId> source) {
    public static final Filter ALL = new Filter(Optional.empty(), Optional.empty());

    /// Whether the filter lets a snapshot pass; a kept snapshot passes only by its id.
    public boolean lets(Snapshot snapshot) {
      return (id.isPresent() || !snapshot.id().isKept())
          && id.filter(wanted -> !wanted.equals(snapshot.id())).isEmpty()
          && source.filter(wanted -> !wanted.equals(snapshot.source())).isEmpty();
    }
  }

  /// @param nextToken empty on the last page
  record Page(List<Snapshot> entries, Optional<String> nextToken) {}
}
