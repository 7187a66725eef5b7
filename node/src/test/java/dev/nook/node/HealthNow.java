package dev.nook.node;

import dev.nook.store.PoolUpkeep;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolFault;
import dev.nook.store.health.PoolSample;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// What housekeeping would see if it looked just now.
record HealthNow(PoolUpkeep pools) implements Health {
  @Override
  public List<VolumeFault> of(VolumeId id) throws StorageException {
    return sample(pools.holder(id)).volumeFaults().getOrDefault(id, List.of());
  }

  @Override
  public List<PoolFault> ofPools() {
    List<PoolFault> faults = new ArrayList<>();
    for (PoolName pool : pools.names()) {
      faults.addAll(PoolFault.of(pools.status(pool)));
      faults.addAll(sample(pool).faults());
    }
    return faults;
  }

  List<VolumeFault.Reason> reasons(VolumeId id) throws StorageException {
    return of(id).stream().map(VolumeFault::reason).toList();
  }

  private PoolSample sample(PoolName pool) {
    try {
      return pools.sample(pool);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
