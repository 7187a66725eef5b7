package dev.nook.store.host;

import dev.nook.store.PoolUpkeep;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolSample;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.pool.Pool;
import dev.nook.store.steps.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Opens, keeps and releases all pools of this node. Pools may be opened, scanned and swept in
/// parallel, so that none waits for another's disk.
record HostUpkeep(Sites sites) implements PoolUpkeep {
  @Override
  public List<PoolName> names() {
    return sites.all().stream().map(PoolSite::name).toList();
  }

  @Override
  public PoolStatus status(PoolName pool) {
    return sites.site(pool).status();
  }

  @Override
  public boolean ready() {
    return sites.ready();
  }

  @Override
  public PoolName holder(VolumeId id) throws StorageException {
    return sites.holder(id).name();
  }

  @Override
  public void lock(PoolName pool, Duration patience) throws PoolHeld {
    sites.site(pool).open(new Patience(patience));
  }

  @Override
  public void closeTwins() {
    sites.all().stream().filter(sites::hasTwin).toList().forEach(PoolSite::closeTwin);
  }

  @Override
  public List<Complaint> scan(PoolName pool) {
    PoolSite site = sites.site(pool);
    return site.scan(() -> sites.hasTwin(site));
  }

  @Override
  public void awaitNoOther() {
    sites.awaitNoOther();
  }

  @Override
  public List<Complaint> sweep(PoolName pool) {
    PoolSite site = sites.site(pool);
    return site.sweep(() -> sites.hasTwin(site));
  }

  @Override
  public void watchNested(PoolName pool, Duration length) throws IOException, InterruptedException {
    Optional<Pool> entered = sites.site(pool).entered().filter(Pool::scanned);
    if (entered.isPresent()) {
      entered.get().watchNested(length);
    } else {
      Thread.sleep(length);
    }
  }

  @Override
  public PoolSample sample(PoolName pool) throws IOException {
    PoolSite site = sites.site(pool);
    return site.sample(id -> sites.mayHold(site, id));
  }

  @Override
  public List<Path> foreign(PoolName pool) {
    return sites.site(pool).entered().map(Pool::foreign).orElse(List.of());
  }

  @Override
  public void release(PoolName pool) {
    sites.site(pool).release();
  }
}
