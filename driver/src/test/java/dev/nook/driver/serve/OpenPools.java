package dev.nook.driver.serve;

import dev.nook.linux.Linux;
import dev.nook.store.Attachments;
import dev.nook.store.PoolConfig;
import dev.nook.store.PoolUpkeep;
import dev.nook.store.Volumes;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.host.Pools;
import dev.nook.store.id.PoolName;
import java.time.Duration;
import java.util.List;

/// The pools of a driver without the driver: entered, read and released by whoever has them.
public final class OpenPools implements AutoCloseable {
  public final PoolUpkeep upkeep;
  public final Volumes volumes;
  final Attachments attachments;

  public OpenPools(List<PoolConfig> configs, String node, Linux linux) {
    Pools pools = Driver.pools(configs, node, linux);
    upkeep = pools.upkeep();
    volumes = pools.volumes();
    attachments = pools.attachments();
  }

  /// Enters every pool that nobody else holds.
  public void lock() throws PoolHeld {
    for (PoolName pool : upkeep.names()) {
      upkeep.lock(pool, Duration.ZERO);
    }
    upkeep.closeTwins();
  }

  public void scan() {
    upkeep.names().forEach(upkeep::scan);
  }

  @Override
  public void close() {
    upkeep.names().forEach(upkeep::release);
  }
}
