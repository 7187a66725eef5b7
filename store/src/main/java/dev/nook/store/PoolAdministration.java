package dev.nook.store;

import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.Inventory;
import dev.nook.store.health.PoolGlance;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Shows and changes pools for administrators, whether or not a driver runs.
public interface PoolAdministration {
  /// Makes a pool of another node this node's own. A running driver opens it at its next sweep.
  void adopt(PoolName pool, Duration patience) throws StorageException, PoolHeld, IOException;

  /// Lets a pool be written again after an I/O error, if a file can be synced to it now. A running
  /// driver notices at its next sweep.
  void recover(PoolName pool) throws StorageException, IOException;

  /// Reads the contents of every pool from the disks, without a lock and without changing anything.
  List<Inventory> inventory();

  /// Reads the state of a pool from its disk, whether or not a driver serves it. Changes nothing.
  PoolGlance glance(PoolName pool);

  /// Returns entries among a pool's volumes and snapshots that have another pool's tag. Throws
  /// `NotReady` when its FORMAT cannot be read.
  List<Path> foreign(PoolName pool) throws StorageException, IOException;
}
