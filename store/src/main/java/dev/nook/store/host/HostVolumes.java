package dev.nook.store.host;

import dev.nook.store.Volumes;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.pool.Pool;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.util.Optional;

/// Creates, deletes and lists volumes in all pools of this node: a call with an id goes to the pool
/// whose tag the id has; a name is looked up in all of them.
///
/// @param node this node's id
record HostVolumes(String node, Sites sites) implements Volumes {
  @Override
  public VolumeId idOf(VolumeSpec spec) throws StorageException {
    return VolumeId.of(sites.target(spec).require().tag(), spec.name());
  }

  @Override
  public Volume create(VolumeSpec spec, Runnable oneMoment) throws StorageException, IOException {
    sites.requireReady();
    return sites
        .newVolumes()
        .give(spec.name(), () -> idOf(spec), () -> createNamed(spec, oneMoment));
  }

  private Volume createNamed(VolumeSpec spec, Runnable oneMoment)
      throws StorageException, IOException {
    PoolSite target = sites.target(spec);
    for (Pool other : sites.entered()) {
      VolumeId id = VolumeId.of(other.tag(), spec.name());
      if (!other.name().equals(target.name()) && other.catalogue().find(id).isPresent()) {
        throw other.livesHere(id, target.name());
      }
    }
    Pool pool = target.requireRead();
    return pool.create(spec, new Sources(node, sites.entered(), pool), oneMoment);
  }

  @Override
  public void delete(VolumeId id) throws StorageException, IOException {
    sites.requireReady();
    Optional<PoolSite> site = sites.of(id);
    if (site.isPresent()) {
      site.get().requireRead().delete(id);
      site.get().refused().forget(id);
    }
  }

  @Override
  public Volume get(VolumeId id) throws StorageException, IOException {
    return sites.pool(id).get(id);
  }

  @Override
  public Page list(int max, Optional<String> token) throws StorageException {
    sites.requireReady();
    return new Listing(sites).volumes(max, token);
  }

  @Override
  public Capacity capacity(Optional<PoolName> pool, Shape shape)
      throws StorageException, IOException {
    sites.requireReady();
    Optional<Pool> target = sites.named(pool).flatMap(PoolSite::entered).filter(Pool::scanned);
    return target.isPresent() ? target.get().capacity(shape) : Capacity.NONE;
  }

  @Override
  public Volume expand(Volume volume, CapacityRange range) throws StorageException, IOException {
    sites.requireReady();
    return sites.site(volume.id()).requireRead().expand(volume, range);
  }
}
