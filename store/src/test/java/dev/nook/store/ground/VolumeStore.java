package dev.nook.store.ground;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.MountRefusals;
import dev.nook.store.PoolUpkeep;
import dev.nook.store.SnapshotReader;
import dev.nook.store.Snapshots;
import dev.nook.store.VolumeRepairs;
import dev.nook.store.Volumes;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.Inventory;
import dev.nook.store.health.PoolSample;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.host.Pools;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All that is asked of a store, in one object: tests play the controller, the node, the driver and
/// the administrator at once.
public final class VolumeStore implements AutoCloseable {
  private final Pools pools;
  private final Linux linux;
  private final Volumes volumes;
  private final Snapshots snapshots;
  private final PoolUpkeep upkeep;

  public VolumeStore(Pools pools, Linux linux) {
    this.pools = pools;
    this.linux = linux;
    this.volumes = pools.volumes();
    this.snapshots = pools.snapshots();
    this.upkeep = pools.upkeep();
  }

  /// Enters every pool, one after the other, within one patience; none when one is held.
  public void lock(Duration patience) throws PoolHeld {
    long deadline = System.nanoTime() + patience.toNanos();
    try {
      for (PoolName pool : names()) {
        long left = Math.max(0, deadline - System.nanoTime());
        upkeep.lock(pool, Duration.ofNanos(left));
      }
    } catch (PoolHeld e) {
      close();
      throw e;
    }
    closeTwins();
  }

  public void lock(PoolName pool, Duration patience) throws PoolHeld {
    upkeep.lock(pool, patience);
  }

  public void closeTwins() {
    upkeep.closeTwins();
  }

  public List<Complaint> scan() {
    return names().stream().flatMap(pool -> scan(pool).stream()).toList();
  }

  public List<Complaint> scan(PoolName pool) {
    return upkeep.scan(pool);
  }

  public boolean ready() {
    return upkeep.ready();
  }

  public void awaitNoOther() {
    upkeep.awaitNoOther();
  }

  public List<PoolName> names() {
    return upkeep.names();
  }

  public List<Complaint> sweep(PoolName pool) {
    return upkeep.sweep(pool);
  }

  public List<Path> foreign(PoolName pool) {
    return upkeep.foreign(pool);
  }

  public void watchNested(PoolName pool, Duration length) throws IOException, InterruptedException {
    upkeep.watchNested(pool, length);
  }

  public List<PoolStatus> status() {
    return names().stream().map(upkeep::status).toList();
  }

  public PoolStatus status(PoolName pool) {
    return upkeep.status(pool);
  }

  public PoolSample sample(PoolName pool) throws IOException {
    return upkeep.sample(pool);
  }

  public PoolName holder(VolumeId id) throws StorageException {
    return upkeep.holder(id);
  }

  public void adopt(PoolName pool, Duration patience)
      throws StorageException, PoolHeld, IOException {
    pools.administration().adopt(pool, patience);
  }

  public void recover(PoolName pool) throws StorageException, IOException {
    pools.administration().recover(pool);
  }

  public List<Inventory> inventory() {
    return pools.administration().inventory();
  }

  public void release(PoolName pool) {
    upkeep.release(pool);
  }

  @Override
  public void close() {
    names().forEach(upkeep::release);
  }

  public VolumeId idOf(VolumeSpec spec) throws StorageException {
    return volumes.idOf(spec);
  }

  public Volume create(VolumeSpec spec) throws StorageException, IOException {
    return volumes.create(spec);
  }

  public Volume create(VolumeSpec spec, Runnable oneMoment) throws StorageException, IOException {
    return volumes.create(spec, oneMoment);
  }

  public void delete(VolumeId id) throws StorageException, IOException {
    volumes.delete(id);
  }

  public Volume get(VolumeId id) throws StorageException, IOException {
    return volumes.get(id);
  }

  public Volumes.Page list(int max, Optional<String> token) throws StorageException {
    return volumes.list(max, token);
  }

  public Volumes.Capacity capacity(Optional<PoolName> pool, Shape shape)
      throws StorageException, IOException {
    return volumes.capacity(pool, shape);
  }

  public Volume expand(VolumeId id, CapacityRange range) throws StorageException, IOException {
    return volumes.expand(volumes.get(id), range);
  }

  public SnapshotId idOf(Name snapshot, VolumeId source) throws StorageException {
    return snapshots.idOf(snapshot, source);
  }

  public Snapshot snapshot(Name name, VolumeId source) throws StorageException, IOException {
    return snapshot(name, source, () -> {});
  }

  public Snapshot snapshot(Name name, VolumeId source, Runnable oneMoment)
      throws StorageException, IOException {
    return snapshots.create(name, source, oneMoment);
  }

  public void delete(SnapshotId id) throws StorageException, IOException {
    snapshots.delete(id);
  }

  public Snapshot get(SnapshotId id) throws StorageException, IOException {
    return snapshots.get(id);
  }

  public Snapshots.Page snapshots(Snapshots.Filter filter, int max, Optional<String> token)
      throws StorageException {
    return snapshots.list(filter, max, token);
  }

  public SnapshotReader read(SnapshotId id) throws StorageException, IOException {
    return pools.contents().read(id);
  }

  public Attachment attach(VolumeId id) throws StorageException, IOException {
    return pools.attachments().attach(pools.attachments().get(id));
  }

  public void detach(VolumeId id) throws StorageException, IOException {
    pools.attachments().detach(id);
  }

  /// As the kernel shows it now.
  public Set<VolumeId> attached() throws IOException {
    return attached(linux.mounts().view());
  }

  public Set<VolumeId> attached(MountView view) throws IOException {
    return pools.shown().attached(view);
  }

  /// As the kernel shows it now.
  public Optional<VolumeId> shownBy(Mounts.Entry mount) throws IOException {
    return pools.shown().shownBy(linux.mounts().view(), mount);
  }

  public Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException {
    return pools.shown().shownBy(view, mounts);
  }

  public MountRefusals refusals() {
    return pools.refusals();
  }

  public Usage usage(VolumeId id, FileSystems.Usage shown) throws StorageException, IOException {
    return pools.usage().usage(pools.usage().get(id), shown);
  }

  public VolumeRepairs repairs() {
    return pools.repairs();
  }
}
