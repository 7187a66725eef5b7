package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import java.util.List;

/// The states of this node's pools, from memory: no answer waits for a disk.
public interface PoolStates {
  List<PoolName> names();

  /// Returns the state of one pool.
  PoolStatus status(PoolName pool);

  /// Whether every pool is scanned or closed, or is no longer waited for.
  boolean ready();

  /// Returns the pool that holds a volume, or may hold it while it is closed. Throws `NotFound`, or
  /// `Unavailable` until the pool has been read.
  PoolName holder(VolumeId id) throws StorageException;
}
