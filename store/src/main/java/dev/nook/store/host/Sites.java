package dev.nook.store.host;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.pool.Pool;
import dev.nook.store.volume.VolumeSpec;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which pool of this node is meant, and whether all of them are known.
public final class Sites {
  private final List<PoolSite> all;
  private final NewNames newVolumes = new NewNames("CreateVolume");
  private final NewNames newSnapshots = new NewNames("CreateSnapshot");
  private volatile boolean awaited = true;

  public Sites(List<PoolSite> all) {
    this.all = List.copyOf(all);
  }

  public List<PoolSite> all() {
    return all;
  }

  /// Whether every pool is scanned, or closed, or is not awaited any longer.
  public boolean ready() {
    return !awaited || all.stream().noneMatch(PoolSite::starting);
  }

  /// From now on no pool that is still being read keeps the others from being ready.
  public void awaitNoOther() {
    awaited = false;
  }

  /// `Unavailable` until this node is [#ready]: for a name may be taken, and an id known, in a pool
  /// that has not been read.
  public void requireReady() throws StorageException {
    if (!ready()) {
      throw new StorageException.Unavailable("this node's pools are still being read; retry");
    }
  }

  NewNames newVolumes() {
    return newVolumes;
  }

  NewNames newSnapshots() {
    return newSnapshots;
  }

  /// Returns the pool of this name. Throws IllegalArgumentException where none is configured.
  public PoolSite site(PoolName name) {
    return named(Optional.of(name))
        .orElseThrow(() -> new IllegalArgumentException("no pool is called " + name));
  }

  /// Returns the named pool; without a name the one called `default`, else the only one.
  public Optional<PoolSite> named(Optional<PoolName> name) {
    PoolName wanted = name.orElse(PoolName.DEFAULT);
    Optional<PoolSite> site = all.stream().filter(one -> one.name().equals(wanted)).findFirst();
    return site.isEmpty() && name.isEmpty() && all.size() == 1 ? Optional.of(all.getFirst()) : site;
  }

  /// Returns the pool of a new volume. Throws `Exhausted` when this node lacks it, because another
  /// may have it.
  public PoolSite target(VolumeSpec spec) throws StorageException {
    return named(spec.pool())
        .orElseThrow(() ->
            new StorageException.Exhausted(
                spec.name(),
                "this node has no pool \"%s\"".formatted(spec.pool().orElse(PoolName.DEFAULT))));
  }

  /// Returns the pool whose tag an id has; empty when no pool of this node can hold it. While a
  /// pool's UUID is unknown, an id that fits no other pool may be there.
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

  /// Returns the pool whose tag an id has. Throws `NotFound` when no pool of this node can hold it.
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

  /// The open pool whose tag an id bears; empty while it is closed, and where no pool has it.
  public Optional<Pool> entered(StoredId id) {
    return entered().stream().filter(pool -> id.tag().equals(Optional.of(pool.tag()))).findFirst();
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
}
