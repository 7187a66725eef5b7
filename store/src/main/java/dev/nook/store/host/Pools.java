package dev.nook.store.host;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.SnapshotReader;
import dev.nook.store.VolumeRepairs;
import dev.nook.store.VolumeStore;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Backends;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolSample;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.opening.Entrance;
import dev.nook.store.opening.PoolHeld;
import dev.nook.store.pool.Pool;
import dev.nook.store.pool.PoolConfig;
import dev.nook.store.record.Layout;
import dev.nook.store.steps.Complaint;
import dev.nook.store.steps.Patience;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Every pool of this node, as one store: what has an id goes to the pool whose tag it bears, what
/// has a name is looked up in all of them.
///
/// A driver calls, in this order: [#lock], after which node calls are served; [#scan], after which
/// all are; [#sweep] of each pool now and then; [#close].
public final class Pools implements VolumeStore, AutoCloseable {
  private final String node;
  private final Linux linux;
  private final Sites sites;
  private volatile boolean awaited = true;

  /// @param node this node's id, which FORMAT must bear
  /// @param backends makes the two backends of the pool that has this layout
  public Pools(
      List<PoolConfig> configs,
      String node,
      Linux linux,
      Clock clock,
      Function<Layout, Backends> backends) {
    if (configs.stream().map(PoolConfig::name).distinct().count() < configs.size()
        || configs.stream().map(PoolConfig::path).distinct().count() < configs.size()) {
      throw new IllegalArgumentException("two pools have one name or one path");
    }
    this.node = node;
    this.linux = linux;
    this.sites =
        new Sites(
            configs.stream()
                .map(config ->
                    new PoolSite(
                        config, node, linux, clock, backends.apply(new Layout(config.path()))))
                .toList());
  }

  /// Takes every lock, mounts pool images and reads every FORMAT, one pool after the other: for who
  /// may wait for any disk. A pool that cannot be had is closed, and its status says why; one that
  /// somebody else holds is waited for.
  public void lock(Duration patience) throws PoolHeld {
    Patience shared = new Patience(patience);
    try {
      for (PoolSite site : sites.all()) {
        site.open(shared);
      }
    } catch (PoolHeld e) {
      close();
      throw e;
    }
    closeTwins();
  }

  /// The same for one pool; pools may be entered at the same time, so that none waits for another's
  /// disk.
  public void lock(PoolName pool, Duration patience) throws PoolHeld {
    sites.site(pool).open(new Patience(patience));
  }

  /// Closes those of the pools entered by now of which one is a copy of another.
  public void closeTwins() {
    sites.all().stream().filter(sites::hasTwin).toList().forEach(PoolSite::closeTwin);
  }

  /// Reads every record of every pool.
  public List<Complaint> scan() {
    return sites.all().stream().flatMap(site -> scan(site.name()).stream()).toList();
  }

  /// Reads every record of one pool, or closes it; pools may be scanned at the same time.
  public List<Complaint> scan(PoolName pool) {
    PoolSite site = sites.site(pool);
    return site.scan(() -> sites.hasTwin(site));
  }

  /// Whether every pool is scanned, or closed, or is not awaited any longer.
  public boolean ready() {
    return !awaited || sites.all().stream().noneMatch(PoolSite::starting);
  }

  /// From now on no call waits for any other pool than its own to be read: a disk that hangs, or
  /// takes long, has been given its time.
  public void awaitNoOther() {
    awaited = false;
  }

  public List<PoolName> names() {
    return sites.all().stream().map(PoolSite::name).toList();
  }

  /// Housekeeping of one pool: empties its trash, or tries it again if it is closed. Never two at a
  /// time for one pool. Each step runs whatever the others threw.
  public List<Complaint> sweep(PoolName pool) {
    PoolSite site = sites.site(pool);
    return site.sweep(() -> sites.hasTwin(site));
  }

  /// What bore another pool's tag when a pool was read; from memory alone.
  public List<Path> foreign(PoolName pool) {
    return sites.site(pool).entered().map(Pool::foreign).orElse(List.of());
  }

  /// Holds what pods nest in the volumes of a pool to the sizes of those as soon as it is made, for
  /// so long, or until interrupted. Waits for that pool's disk, on a thread of its own.
  public void watchNested(PoolName pool, Duration length) throws IOException, InterruptedException {
    Optional<Pool> entered = sites.site(pool).entered().filter(Pool::scanned);
    if (entered.isPresent()) {
      entered.get().watchNested(length);
    } else {
      Thread.sleep(length);
    }
  }

  /// From memory alone.
  public List<PoolStatus> status() {
    return sites.all().stream().map(PoolSite::status).toList();
  }

  /// From memory alone; no other pool's disk is waited for.
  public PoolStatus status(PoolName pool) {
    return sites.site(pool).status();
  }

  /// One pool as it is now. Asks its disk, so it is for the thread that may wait for that disk.
  public PoolSample sample(PoolName pool) throws IOException {
    PoolSite site = sites.site(pool);
    return site.sample(id -> sites.mayHold(site, id));
  }

  /// Makes a pool that was another node's this node's own. A driver that runs on this node opens it
  /// at its next sweep.
  public void adopt(PoolName pool, Duration patience)
      throws StorageException, PoolHeld, IOException {
    Entrance entrance = sites.site(pool).entrance();
    Patience shared = new Patience(patience);
    try {
      entrance.lockImage(shared);
      entrance.mountImage();
      entrance.lockPool(shared);
      entrance.adopt();
    } finally {
      entrance.locks().release();
    }
  }

  /// Lets a pool be written again after an I/O error, if it takes a file durably now. A driver that
  /// runs takes note at its next sweep.
  public void recover(PoolName pool) throws StorageException, IOException {
    sites.site(pool).entrance().recover();
  }

  /// What the disks say of every pool, without a lock and beside a running driver.
  public List<Inventory> inventory() {
    return sites.all().stream()
        .map(site -> Inventory.of(site.name(), site.layout(), linux, site.backends()))
        .toList();
  }

  /// Drops the locks of one pool for good, at once, whatever its disk keeps others waiting for.
  public void release(PoolName pool) {
    sites.site(pool).release();
  }

  /// Drops every lock. What is mounted and attached stays.
  @Override
  public void close() {
    sites.all().forEach(PoolSite::release);
  }

  @Override
  public VolumeId idOf(VolumeSpec spec) throws StorageException {
    return VolumeId.of(sites.target(spec).require().tag(), spec.name());
  }

  @Override
  public Volume create(VolumeSpec spec, Runnable oneMoment) throws StorageException, IOException {
    requireReady();
    PoolSite target = sites.target(spec);
    for (Pool other : sites.entered()) {
      VolumeId id = VolumeId.of(other.tag(), spec.name());
      if (!other.name().equals(target.name()) && other.catalogue().find(id).isPresent()) {
        throw livesIn(other, id, target.name());
      }
    }
    Pool pool = target.requireRead();
    Optional<Volume> existing = pool.existing(spec);
    if (existing.isPresent()) {
      return existing.get();
    }
    return pool.create(spec, new Sources(node, sites.entered()).find(spec, pool), oneMoment);
  }

  private static StorageException livesIn(Pool pool, Object id, PoolName wanted) {
    return new StorageException.Incompatible(
        id, "it lives in pool %s, not %s".formatted(pool.name(), wanted));
  }

  @Override
  public void delete(VolumeId id) throws StorageException, IOException {
    requireReady();
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

  /// The pool that holds a volume, or may hold it while it is closed; from memory alone.
  /// `NotFound`; `Unavailable` until the pool has been read.
  public PoolName holder(VolumeId id) throws StorageException {
    return sites.holder(id).name();
  }

  @Override
  public Page list(int max, Optional<String> token) throws StorageException {
    requireReady();
    return new Listing(sites).volumes(max, token);
  }

  @Override
  public Capacity capacity(Optional<PoolName> pool, Shape shape)
      throws StorageException, IOException {
    requireReady();
    Optional<Pool> target = sites.named(pool).flatMap(PoolSite::entered).filter(Pool::scanned);
    return target.isPresent() ? target.get().capacity(shape) : Capacity.NONE;
  }

  @Override
  public Volume expand(VolumeId id, CapacityRange range) throws StorageException, IOException {
    requireReady();
    return sites.site(id).requireRead().expand(id, range);
  }

  @Override
  public Attachment attach(VolumeId id) throws StorageException, IOException {
    PoolSite site = sites.site(id);
    Pool pool = site.require();
    return site.refused().attach(id, () -> pool.attach(id));
  }

  @Override
  public void mounted(VolumeId id, Optional<VolumeFault> refused) throws StorageException {
    sites.site(id).refused().mounted(id, refused);
  }

  @Override
  public Optional<String> full(VolumeId id) throws IOException {
    for (Pool pool : sites.entered()) {
      if (id.tag().equals(Optional.of(pool.tag()))) {
        return pool.full();
      }
    }
    return Optional.empty();
  }

  @Override
  public void detach(VolumeId id) throws StorageException, IOException {
    for (PoolSite site : sites.all()) {
      if (sites.mayHold(site, id)) {
        for (Backend backend : site.backends().all()) {
          backend.detach(id, site.layout().volume(id));
        }
      }
    }
  }

  /// As the kernel shows it now.
  public Set<VolumeId> attached() throws IOException {
    return attached(linux.mounts().view());
  }

  /// As the kernel shows it now.
  public Optional<VolumeId> shownBy(Mounts.Entry mount) throws IOException {
    return shownBy(linux.mounts().view(), mount);
  }

  @Override
  public Set<VolumeId> attached(MountView view) throws IOException {
    return sites.attached(view);
  }

  @Override
  public Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException {
    return sites.shownBy(view, mounts);
  }

  @Override
  public Usage usage(VolumeId id, FileSystems.Usage shown) throws StorageException, IOException {
    return sites.pool(id).usage(id, shown);
  }

  @Override
  public SnapshotId idOf(Name snapshot, VolumeId source) throws StorageException {
    return SnapshotId.of(sites.pool(source).tag(), snapshot);
  }

  @Override
  public Snapshot snapshot(Name name, VolumeId source, Runnable oneMoment)
      throws StorageException, IOException {
    requireReady();
    Pool target = sites.site(source).requireRead();
    for (Pool pool : sites.entered()) {
      SnapshotId id = SnapshotId.of(pool.tag(), name);
      if (!pool.name().equals(target.name()) && pool.snapshots().find(id).isPresent()) {
        throw livesIn(pool, id, target.name());
      }
    }
    Optional<Snapshot> existing = target.existing(name, source);
    return existing.isPresent() ? existing.get() : target.snapshot(name, source, oneMoment);
  }

  @Override
  public void delete(SnapshotId id) throws StorageException, IOException {
    requireReady();
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
  public SnapshotReader read(SnapshotId id) throws StorageException, IOException {
    return sites.pool(id).read(id);
  }

  @Override
  public Snapshots snapshots(SnapshotFilter filter, int max, Optional<String> token)
      throws StorageException {
    requireReady();
    return new Listing(sites).snapshots(filter, max, token);
  }

  /// What mends the volumes of these pools.
  public VolumeRepairs repairs() {
    return new PoolRepairs(sites);
  }

  private void requireReady() throws StorageException {
    if (!ready()) {
      throw new StorageException.Unavailable("this node's pools are still being read; retry");
    }
  }
}
