package dev.nook.controller;

import dev.nook.store.Operations;
import dev.nook.store.Snapshots;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.util.Set;

/// Creates, deletes and finds snapshots. CreateSnapshot holds the snapshot's id exclusively in
/// [Operations] and its source in common: several snapshots of one volume may be made at once, and
/// nothing expands, detaches or deletes the volume meanwhile. If the copy is point-in-time, the
/// volume may be staged and published meanwhile; a full copy needs a volume that stays idle.
public final class Snapshotter {
  private final Snapshots snapshots;
  private final Operations operations;

  public Snapshotter(Snapshots snapshots, Operations operations) {
    this.snapshots = snapshots;
    this.operations = operations;
  }

  Snapshot create(CreateSnapshot create) throws StorageException, IOException {
    return operations.copy(
        snapshots.idOf(create.name(), create.source()),
        Set.of(create.source()),
        create,
        showable -> snapshots.create(create.name(), create.source(), showable));
  }

  void delete(DeleteSnapshot delete) throws StorageException, IOException {
    Object _ =
        operations.run(
            delete.id(),
            Set.of(),
            delete,
            () -> {
              snapshots.delete(delete.id());
              return delete;
            });
  }

  Snapshot get(SnapshotId id) throws StorageException, IOException {
    return snapshots.get(id);
  }

  Snapshots.Page list(ListSnapshots list) throws StorageException, IOException {
    return snapshots.list(list.filter(), list.max(), list.token());
  }
}
