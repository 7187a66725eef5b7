package dev.nook.store.host;

import dev.nook.store.Snapshots;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Name;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.pool.Pool;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.util.Optional;

/// Creates, deletes and lists snapshots in all pools of this node; each is in the pool of its
/// source.
record HostSnapshots(Sites sites) implements Snapshots {
  @Override
  public SnapshotId idOf(Name name, VolumeId source) throws StorageException {
    return SnapshotId.of(sites.pool(source).tag(), name);
  }

  @Override
  public Snapshot create(Name name, VolumeId source, Runnable oneMoment)
      throws StorageException, IOException {
    sites.requireReady();
    return sites
        .newSnapshots()
        .give(name, () -> idOf(name, source), () -> createNamed(name, source, oneMoment));
  }

  private Snapshot createNamed(Name name, VolumeId source, Runnable oneMoment)
      throws StorageException, IOException {
    Pool target = sites.site(source).requireRead();
    for (Pool other : sites.entered()) {
      SnapshotId id = SnapshotId.of(other.tag(), name);
      if (!other.name().equals(target.name()) && other.snapshots().find(id).isPresent()) {
        throw other.livesHere(id, target.name());
      }
    }
    return target.snapshot(name, source, oneMoment);
  }

  @Override
  public void delete(SnapshotId id) throws StorageException, IOException {
    sites.requireReady();
    Optional<PoolSite> site = sites.of(id);
    if (site.isPresent()) {
      site.get().requireRead().delete(id);
    }
  }

  @Override
  public Snapshot get(SnapshotId id) throws StorageException, IOException {
    return sites.pool(id).get(id);
  }

  @Override
  public Page list(Filter filter, int max, Optional<String> token) throws StorageException {
    sites.requireReady();
    return new Listing(sites).snapshots(filter, max, token);
  }
}
