package dev.nook.store.host;

import dev.nook.linux.Linux;
import dev.nook.store.PoolAdministration;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.Inventory;
import dev.nook.store.health.PoolGlance;
import dev.nook.store.id.PoolName;
import dev.nook.store.opening.Entrance;
import dev.nook.store.opening.ForeignEntries;
import dev.nook.store.opening.PoolLook;
import dev.nook.store.steps.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Shows and changes the pools of this node for administrators. It holds a lock only while it
/// works.
record HostAdministration(Sites sites, Linux linux) implements PoolAdministration {
  @Override
  public void adopt(PoolName pool, Duration patience)
      throws StorageException, PoolHeld, IOException {
    Entrance entrance = sites.site(pool).entrance();
    Patience shared = new Patience(patience);
    try {
      entrance.lockImage(shared);
      entrance.mountImage();
      entrance.lockPool(shared);
      entrance.adopt();
    } finally {
      entrance.locks().release();
    }
  }

  @Override
  public void recover(PoolName pool) throws StorageException, IOException {
    sites.site(pool).entrance().recover();
  }

  @Override
  public List<Inventory> inventory() {
    return sites.all().stream()
        .map(site -> InventoryReading.of(site.name(), site.layout(), linux, site.backends()))
        .toList();
  }

  @Override
  public PoolGlance glance(PoolName pool) {
    return PoolLook.at(sites.site(pool).config(), linux);
  }

  @Override
  public List<Path> foreign(PoolName pool) throws StorageException, IOException {
    return ForeignEntries.of(sites.site(pool).layout(), linux.disk());
  }
}
