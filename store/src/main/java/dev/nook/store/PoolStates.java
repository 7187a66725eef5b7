package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import java.util.List;

/// How this node's pools are, from memory alone: no answer waits for a disk.
public interface PoolStates {
  List<PoolName> names();

  /// How one pool is.
  PoolStatus status(PoolName pool);

  /// Whether every pool is scanned, or closed, or is not awaited any longer.
  boolean ready();

  /// The pool that holds a volume, or may hold it while it is closed. `NotFound`; `Unavailable`
  /// until the pool has been read.
  PoolName holder(VolumeId id) throws StorageException;
}
