package dev.nook.store.host;

import dev.nook.linux.Linux;
import dev.nook.linux.mount.MountView;
import dev.nook.store.PoolConfig;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Looks;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolSample;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.opening.Entrance;
import dev.nook.store.pool.Pool;
import dev.nook.store.record.Layout;
import dev.nook.store.steps.Patience;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// One configured pool: where it is in its life ([PoolLife]), the way into it ([WayIn]), and what
/// is seen of it whether or not it is open.
public final class PoolSite {
  private final PoolConfig config;
  private final Linux linux;
  private final Layout layout;
  private final Backends<Backend> backends;
  private final Entrance entrance;
  private final PoolLife life;
  private final WayIn way;
  private final RefusedVolumes refused = new RefusedVolumes();

  /// The failures of the last sweep.
  private volatile List<Complaint> complaints = List.of();

  public PoolSite(
      PoolConfig config, String node, Linux linux, Clock clock, Backends<Backend> backends) {
    this.config = config;
    this.linux = linux;
    this.layout = new Layout(config.path());
    this.backends = backends;
    this.entrance = new Entrance(config, node, linux, clock);
    this.life = new PoolLife(config);
    this.way = new WayIn(config, linux, clock, layout, backends, entrance, life);
  }

  public PoolConfig config() {
    return config;
  }

  public PoolName name() {
    return config.name();
  }

  public Layout layout() {
    return layout;
  }

  public Backends<Backend> backends() {
    return backends;
  }

  public Entrance entrance() {
    return entrance;
  }

  public RefusedVolumes refused() {
    return refused;
  }

  /// As [PoolLife#uuid].
  public Optional<UUID> uuid() {
    return life.uuid();
  }

  public Optional<PoolTag> tag() {
    return life.tag();
  }

  public boolean starting() {
    return life.isStarting();
  }

  public Optional<String> closed() {
    return life.closed();
  }

  public Optional<Pool> entered() {
    return life.entered();
  }

  /// As [PoolLife#require].
  public Pool require() throws StorageException {
    return life.require();
  }

  /// As [PoolLife#requireRead].
  public Pool requireRead() throws StorageException {
    return life.requireRead();
  }

  /// As [PoolLife#holds].
  public boolean holds(StoredId id) {
    return life.holds(id);
  }

  public PoolStatus status() {
    return life.status();
  }

  /// As [WayIn#open].
  public void open(Patience patience) throws PoolHeld {
    way.open(patience);
  }

  /// As [WayIn#scan].
  public List<Complaint> scan(BooleanSupplier hasTwin) {
    return way.scan(hasTwin);
  }

  /// As [WayIn#sweep].
  public List<Complaint> sweep(BooleanSupplier hasTwin) {
    complaints = way.sweep(hasTwin);
    return complaints;
  }

  public void closeTwin() {
    way.closeTwin();
  }

  /// As [WayIn#release].
  public void release() {
    way.release();
  }

  /// Samples the pool. Asks the disk and the kernel, and waits for them.
  ///
  /// @param mayHold whether an id can belong to this pool
  public PoolSample sample(Predicate<VolumeId> mayHold) throws IOException {
    Looks.look(backends, way.isHere());
    MountView view = linux.mounts().view();
    Set<VolumeId> attached = Looks.attached(backends, view, mayHold);
    Optional<Pool> pool = entered().filter(Pool::scanned);
    return pool.isEmpty()
        ? PoolSample.of(status(), attached.size())
        : new PoolSample(
            status(),
            attached.size(),
            pool.get().largestExtents(),
            PoolFaults.seen(config, linux.fileSystems(), complaints),
            new VolumeFaults(layout, backends, pool.get().catalogue(), refused, view).of(attached));
  }
}
