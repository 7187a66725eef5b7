package dev.nook.controller;

import dev.nook.store.Operations;
import dev.nook.store.VolumeStore;
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
  private final VolumeStore store;
  private final Operations operations;

  public Snapshotter(VolumeStore store, Operations operations) {
    this.store = store;
    this.operations = operations;
  }

  Snapshot create(CreateSnapshot create) throws StorageException, IOException {
    return operations.copy(
        store.idOf(create.name(), create.source()),
        Set.of(create.source()),
        create,
        showable -> store.snapshot(create.name(), create.source(), showable));
  }

  void delete(DeleteSnapshot delete) throws StorageException, IOException {
    Object _ =
        operations.run(
            delete.id(),
            Set.of(),
            delete,
            () -> {
              store.delete(delete.id());
              return delete;
            });
  }

  Snapshot get(SnapshotId id) throws StorageException, IOException {
    return store.get(id);
  }

  VolumeStore.Snapshots list(ListSnapshots list) throws StorageException, IOException {
    return store.snapshots(list.filter(), list.max(), list.token());
  }
}
