package dev.nook.store.host;

import dev.nook.store.MountRefusals;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import dev.nook.store.pool.Pool;
import java.io.IOException;
import java.util.Optional;

/// Notes which volumes of this node's pools could not be mounted, and says whether their pool is
/// full.
record HostMountRefusals(Sites sites) implements MountRefusals {
  @Override
  public Optional<String> full(VolumeId id) throws IOException {
    Optional<Pool> pool = sites.entered(id);
    return pool.isPresent() ? pool.get().full() : Optional.empty();
  }

  @Override
  public void mounted(VolumeId id, Optional<VolumeFault> refused) throws StorageException {
    sites.site(id).refused().mounted(id, refused);
  }
}
