package dev.nook.store.host;

import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.pool.Pool;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Which pool of this node is meant.
public record Sites(List<PoolSite> all) {
  /// The pool of this name; a name that is not configured is the caller's mistake.
  public PoolSite site(PoolName name) {
    return named(Optional.of(name))
        .orElseThrow(() -> new IllegalArgumentException("no pool is called " + name));
  }

  /// The pool named; without a name the one called `default`, else the only one.
  public Optional<PoolSite> named(Optional<PoolName> name) {
    PoolName wanted = name.orElse(PoolName.DEFAULT);
    Optional<PoolSite> site = all.stream().filter(one -> one.name().equals(wanted)).findFirst();
    return site.isEmpty() && name.isEmpty() && all.size() == 1 ? Optional.of(all.getFirst()) : site;
  }

  /// The pool that a new volume goes to; `Exhausted` when this node lacks it, for another may not.
  public PoolSite target(VolumeSpec spec) throws StorageException {
    return named(spec.pool())
        .orElseThrow(() ->
            new StorageException.Exhausted(
                spec.name(),
                "this node has no pool \"%s\"".formatted(spec.pool().orElse(PoolName.DEFAULT))));
  }

  /// The pool whose tag an id bears; empty when no pool of this node can hold it. While one pool's
  /// UUID is not known, an id that fits none of the others may be there.
  public Optional<PoolSite> of(StoredId id) throws StorageException {
    if (id.tag().isEmpty()) {
      return Optional.empty();
    }
    for (PoolSite site : all) {
      if (site.tag().equals(id.tag())) {
        return Optional.of(site);
      }
    }
    for (PoolSite site : all) {
      if (site.uuid().isEmpty()) {
        throw site.closed()
            .<StorageException>map(why ->
                new StorageException.NotReady(
                    id, "it may live in pool %s, which is closed: %s".formatted(site.name(), why)))
            .orElseGet(() ->
                new StorageException.Unavailable(
                    "pool %s is still starting".formatted(site.name())));
      }
    }
    return Optional.empty();
  }

  /// The pool whose tag an id bears; `NotFound` when no pool of this node can hold it.
  public PoolSite site(StoredId id) throws StorageException {
    return of(id).orElseThrow(() -> new StorageException.NotFound(id));
  }

  public Pool pool(StoredId id) throws StorageException {
    return site(id).require();
  }

  /// The pool that holds a volume, or may hold it while it is closed; from memory alone.
  /// `NotFound`; `Unavailable` until the pool has been read.
  public PoolSite holder(VolumeId id) throws StorageException {
    for (PoolSite site : all) {
      if (mayHold(site, id)
          && (site.closed().isPresent() || site.requireRead().catalogue().find(id).isPresent())) {
        return site;
      }
    }
    throw new StorageException.NotFound(id);
  }

  public List<Pool> entered() {
    return all.stream().flatMap(site -> site.entered().stream()).toList();
  }

  /// So that the ids of all pools are in order.
  public List<Pool> inTagOrder() {
    return entered().stream().sorted(Comparator.comparing(pool -> pool.tag().text())).toList();
  }

  /// Whether an id can belong to this pool; from memory alone.
  public boolean mayHold(PoolSite site, StoredId id) {
    return site.holds(id)
        && all.stream().allMatch(other -> other == site || !other.tag().equals(id.tag()));
  }

  public boolean gaveOut(StoredId id) {
    return all.stream().anyMatch(site -> site.tag().equals(id.tag()));
  }

  public boolean hasTwin(PoolSite site) {
    return site.uuid().isPresent()
        && all.stream().anyMatch(other -> other != site && other.uuid().equals(site.uuid()));
  }

  /// The volumes of any pool that are attached or mounted as this view shows it.
  Set<VolumeId> attached(MountView view) throws IOException {
    Set<VolumeId> ids = new HashSet<>();
    for (PoolSite site : all) {
      ids.addAll(site.backends().attached(view, id -> mayHold(site, id)));
    }
    return ids;
  }

  /// Which of these mounts show a volume of any pool, and which.
  Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException {
    Map<Mounts.Entry, VolumeId> shown = new HashMap<>();
    for (PoolSite site : all) {
      shown.putAll(site.backends().shownBy(view, mounts, id -> mayHold(site, id)));
    }
    return shown;
  }
}
