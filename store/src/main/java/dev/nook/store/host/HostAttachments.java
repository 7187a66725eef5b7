package dev.nook.store.host;

import dev.nook.store.Attachments;
import dev.nook.store.backend.Showing;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.pool.Pool;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Attaches the volumes of every pool of this node. Volumes of pools that are closed or not read
/// yet can be detached.
record HostAttachments(Sites sites) implements Attachments {
  @Override
  public Volume get(VolumeId id) throws StorageException, IOException {
    return sites.pool(id).get(id);
  }

  @Override
  public Attachment attach(Volume volume) throws StorageException, IOException {
    PoolSite site = sites.site(volume.id());
    Pool pool = site.require();
    return site.refused().attach(volume.id(), () -> pool.attach(volume));
  }

  @Override
  public boolean isAttached(VolumeId id) throws IOException {
    for (PoolSite site : sites.all()) {
      if (sites.mayHold(site, id)) {
        for (Showing backend : site.backends().all()) {
          if (backend.isAttached(id, site.layout().volume(id))) {
            return true;
          }
        }
      }
    }
    return false;
  }

  @Override
  public void detach(VolumeId id, boolean unmounted) throws StorageException, IOException {
    for (PoolSite site : sites.all()) {
      if (sites.mayHold(site, id)) {
        for (Showing backend : site.backends().all()) {
          backend.detach(id, site.layout().volume(id), unmounted);
        }
      }
    }
  }
}
