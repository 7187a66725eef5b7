package dev.nook.store.host;

import dev.nook.store.VolumeRepairs;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.pool.Pool;
import dev.nook.store.pool.Repairs;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The repairs of every pool of this node: each volume's is its own pool's.
record HostRepairs(Sites sites) implements VolumeRepairs {
  @Override
  public Rehearsal mend(VolumeId id, Allowed allowed) throws StorageException, IOException {
    return pool(id).mending(id, (repairs, volume) -> repairs.mend(volume, allowed));
  }

  @Override
  public List<Snapshot> kept(VolumeId id) throws StorageException, IOException {
    return pool(id).mending(id, Repairs::kept);
  }

  @Override
  public Snapshot restore(VolumeId id, Optional<SnapshotId> kept)
      throws StorageException, IOException {
    return pool(id).mending(id, (repairs, volume) -> repairs.restore(volume, kept));
  }

  @Override
  public List<Snapshot> forget(VolumeId id) throws StorageException, IOException {
    return pool(id).mending(id, Repairs::forget);
  }

  private Pool pool(VolumeId id) throws StorageException {
    return sites.site(id).requireRead();
  }
}
