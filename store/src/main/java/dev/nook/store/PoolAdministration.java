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

/// What an administrator does to pools and looks up in them, beside a driver that runs or not.
public interface PoolAdministration {
  /// Makes a pool that was another node's this node's own. A driver that runs on this node opens it
  /// at its next sweep.
  void adopt(PoolName pool, Duration patience) throws StorageException, PoolHeld, IOException;

  /// Lets a pool be written again after an I/O error, if it takes a file durably now. A driver that
  /// runs takes note at its next sweep.
  void recover(PoolName pool) throws StorageException, IOException;

  /// What the disks say of every pool; nothing is locked or changed.
  List<Inventory> inventory();

  /// One pool as its disk shows it, whether or not a driver serves it; nothing is changed.
  PoolGlance glance(PoolName pool);

  /// What lies among a pool's volumes and snapshots and bears another pool's tag. `NotReady` when
  /// its FORMAT cannot be read.
  List<Path> foreign(PoolName pool) throws StorageException, IOException;
}
