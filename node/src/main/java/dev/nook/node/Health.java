package dev.nook.node;

import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolFault;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import java.util.List;

/// What is wrong with volumes and pools of this node, as it was seen last. No answer waits for a
/// disk.
public interface Health {
  /// Returns what is wrong with one volume; nothing when it is well. `NotFound` when no pool has
  /// it, `Unavailable` while its pool is still being read.
  List<VolumeFault> of(VolumeId id) throws StorageException;

  /// Returns what is wrong with the pools.
  List<PoolFault> ofPools();
}
