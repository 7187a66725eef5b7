package dev.nook.driver.serve;

import dev.nook.driver.serve.PoolWatch.Seen;
import dev.nook.node.Health;
import dev.nook.store.PoolStates;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolFault;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.health.VolumeFault.Reason;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The health of volumes and pools, from what housekeeping last saw and what is in memory; the same
/// for calls, metrics and `nook doctor`.
record WatchedHealth(PoolStates pools, PoolWatch watch) implements Health {
  @Override
  public List<VolumeFault> of(VolumeId id) throws StorageException {
    PoolName pool = pools.holder(id);
    if (isClosed(pool)) {
      return List.of(new VolumeFault(Reason.POOL_CLOSED, "pool %s is closed".formatted(pool)));
    }
    Seen seen = seen(pool);
    List<VolumeFault> faults =
        new ArrayList<>(seen.sample().volumeFaults().getOrDefault(id, List.of()));
    for (PoolFault fault : PoolFault.of(pool, seen.age())) {
      faults.add(
          new VolumeFault(
              Reason.POOL_UNRESPONSIVE, "pool %s: %s".formatted(pool, fault.message())));
    }
    return faults;
  }

  @Override
  public List<PoolFault> ofPools() {
    return pools.names().stream().flatMap(pool -> of(pool).stream()).toList();
  }

  /// Returns the faults of one pool.
  List<PoolFault> of(PoolName pool) {
    List<PoolFault> faults = new ArrayList<>(PoolFault.of(pools.status(pool)));
    if (!isClosed(pool)) {
      Seen seen = seen(pool);
      faults.addAll(seen.sample().faults());
      faults.addAll(PoolFault.of(pool, seen.age()));
    }
    return faults;
  }

  /// Returns the faults of one pool's volumes, other than those of the pool itself.
  Map<VolumeId, List<VolumeFault>> volumes(PoolName pool) {
    return isClosed(pool) ? Map.of() : seen(pool).sample().volumeFaults();
  }

  private boolean isClosed(PoolName pool) {
    return pools.status(pool).health() instanceof PoolStatus.Health.Closed;
  }

  private Seen seen(PoolName pool) {
    return watch.seen(pool);
  }
}
