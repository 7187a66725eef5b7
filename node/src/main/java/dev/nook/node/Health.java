package dev.nook.node;

import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolFault;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import java.util.List;

/// The faults of this node's volumes and pools, as they were last seen. No answer waits for a disk.
public interface Health {
  /// Returns the faults of one volume; empty when it has none. Throws `NotFound` when no pool has
  /// it, `Unavailable` while its pool is still being read.
  List<VolumeFault> of(VolumeId id) throws StorageException;

  /// Returns the faults of the pools.
  List<PoolFault> ofPools();
}
