package dev.nook.controller;

import dev.nook.store.Operations;
import dev.nook.store.VolumeStore;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.util.Set;

/// Cuts, deletes and finds snapshots. A cut holds the snapshot's id in [Operations] and pins its
/// source: several cuts of one volume may run at once, and nothing grows, detaches or deletes the
/// volume meanwhile. While what is cut is of one moment anyhow, the volume may be shown and hidden;
/// a copy that takes its time needs an idle volume that stays idle.
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
