package dev.nook.store.host;

import dev.nook.linux.fs.FileSystems;
import dev.nook.store.VolumeUsage;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Measures the volumes of every pool of this node.
record HostVolumeUsage(Sites sites) implements VolumeUsage {
  @Override
  public Volume get(VolumeId id) throws StorageException, IOException {
    return sites.pool(id).get(id);
  }

  @Override
  public Usage usage(Volume volume, FileSystems.Usage shown) throws StorageException, IOException {
    return sites.pool(volume.id()).usage(volume, shown);
  }
}
