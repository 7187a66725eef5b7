package dev.nook.store.pool;

import dev.nook.linux.fs.FileSystems;
import dev.nook.store.SnapshotReader;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Showing;
import dev.nook.store.catalog.Lineage;
import dev.nook.store.catalog.Registry;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Reads what one pool holds, from its records and the kernel.
public record Reading(
    Layout layout,
    Backends<? extends Showing> backends,
    Lineage lineage,
    Registry<VolumeId, Volume> volumes,
    Registry<SnapshotId, Snapshot> snapshots) {
  public Volume get(VolumeId id) throws StorageException, IOException {
    return volumes.records().read(id);
  }

  public Snapshot get(SnapshotId id) throws StorageException, IOException {
    return snapshots.records().read(id);
  }

  public SnapshotReader read(SnapshotId id) throws StorageException, IOException {
    Snapshot snapshot = get(id);
    return backends.of(snapshot.content()).read(layout.snapshot(id), snapshot);
  }

  /// Returns a volume with the shares that a copy of it has.
  public Volume source(VolumeId id) throws StorageException, IOException {
    return lineage.of(get(id));
  }

  public Origin origin(VolumeId id) throws StorageException, IOException {
    return Origin.of(source(id), layout);
  }

  public Origin origin(SnapshotId id) throws StorageException, IOException {
    return lineage.of(get(id));
  }

  public Attachment attach(Volume volume) throws StorageException, IOException {
    return backends.of(volume.content()).attach(layout.volume(volume.id()), volume);
  }

  public Usage usage(Volume volume, FileSystems.Usage shown) throws IOException {
    return backends.of(volume.content()).usage(layout.volume(volume.id()), volume, shown);
  }
}
