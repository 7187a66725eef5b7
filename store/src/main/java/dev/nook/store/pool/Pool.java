package dev.nook.store.pool;

import dev.nook.linux.fs.FileSystems;
import dev.nook.store.SnapshotReader;
import dev.nook.store.Volumes.Capacity;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.error.StorageException;
import dev.nook.store.guard.Guard;
import dev.nook.store.guard.Health;
import dev.nook.store.guard.PoolRoot;
import dev.nook.store.health.Complaint;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Origin;
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
import java.util.List;
import java.util.Optional;

/// One open pool, whose lock is held and whose FORMAT is known. Every call is run by its [Guard].
public final class Pool {
  /// Where a new volume that is a copy starts from.
  public interface Source {
    /// Empty when the volume starts empty.
    Optional<Origin> of(VolumeSpec spec) throws StorageException, IOException;
  }

  private final Identity identity;
  private final Guard guard;
  private final Reading reading;
  private final UseCases useCases;
  private final Housekeeping housekeeping;
  private final Offer offer;
  private final Fragmentation fragmentation;
  private volatile boolean scanned;

  public Pool(
      Identity identity,
      Guard guard,
      Reading reading,
      UseCases useCases,
      Housekeeping housekeeping,
      Offer offer,
      Fragmentation fragmentation) {
    this.identity = identity;
    this.guard = guard;
    this.reading = reading;
    this.useCases = useCases;
    this.housekeeping = housekeeping;
    this.offer = offer;
    this.fragmentation = fragmentation;
  }

  UseCases useCases() {
    return useCases;
  }

  public PoolName name() {
    return identity.pool();
  }

  public PoolTag tag() {
    return identity.tag();
  }

  public PoolRoot root() {
    return guard.root();
  }

  public Catalogue<VolumeId, Volume> catalogue() {
    return reading.volumes().catalogue();
  }

  public Catalogue<SnapshotId, Snapshot> snapshots() {
    return reading.snapshots().catalogue();
  }

  public boolean scanned() {
    return scanned;
  }

  /// Reads what is in the pool; the ledger is complete when this returns.
  public void scan() throws IOException {
    housekeeping.scan();
    scanned = true;
  }

  public List<Path> foreign() {
    return housekeeping.foreign();
  }

  public List<Complaint> sweep() {
    return housekeeping.sweep();
  }

  /// Confines the subvolumes that pods make in volumes, as soon as they are made, for so long.
  public void watchNested(Duration length) throws IOException, InterruptedException {
    housekeeping.watchNested(length);
  }

  /// What says that an id is taken here, to who wanted it in another pool.
  public StorageException livesHere(StoredId id, PoolName wanted) {
    return new StorageException.Incompatible(
        id, "it lives in pool %s, not %s".formatted(name(), wanted));
  }

  /// Returns what a copy of this volume is made of; `NotFound`, or `NotReady` when it is
  /// quarantined.
  public Origin origin(VolumeId id) throws StorageException, IOException {
    return guard.here(() -> reading.origin(id));
  }

  /// Returns what a copy of this snapshot is made of; `NotFound`, or `NotReady` when it is
  /// quarantined.
  public Origin origin(SnapshotId id) throws StorageException, IOException {
    return guard.here(() -> reading.origin(id));
  }

  /// Returns the volume that has this spec's name, which equals the spec, or makes one. The name is
  /// looked up before the source, so that a retry gets its copy even when the source is gone.
  ///
  /// @param oneMoment as [Filling#prepareCut] has it
  public Volume create(VolumeSpec spec, Source source, Runnable oneMoment)
      throws StorageException, IOException {
    CreateVolume createVolume = useCases.createVolume();
    Optional<Volume> existing = guard.making(0, () -> createVolume.existing(spec));
    if (existing.isPresent()) {
      return existing.get();
    }
    Optional<Origin> origin = source.of(spec);
    guard.requireWritable();
    if (origin.isPresent()) {
      offer.config().requireCopies(origin.get().id(), origin.get().content());
    }
    Optional<String> refused = offer.refuses(spec.shape());
    if (refused.isPresent()) {
      throw new StorageException.Exhausted(name(), refused.get());
    }
    return guard.making(
        spec.range().requiredBytes(), () -> createVolume.create(spec, origin, oneMoment));
  }

  /// Returns the snapshot that has this name, which is of this volume, or cuts one.
  ///
  /// @param oneMoment as [Filling#prepareCut] has it
  public Snapshot snapshot(Name name, VolumeId source, Runnable oneMoment)
      throws StorageException, IOException {
    CreateSnapshot createSnapshot = useCases.createSnapshot();
    Optional<Snapshot> existing = guard.making(0, () -> createSnapshot.existing(name, source));
    if (existing.isPresent()) {
      return existing.get();
    }
    guard.requireWritable();
    Volume volume = guard.making(0, () -> reading.source(source));
    offer.config().requireCopies(source, volume.content());
    return guard.making(
        volume.capacityBytes(), () -> createSnapshot.create(name, volume, oneMoment));
  }

  public void delete(SnapshotId id) throws StorageException, IOException {
    guard.changing(() -> {
      useCases.deleteSnapshot().delete(id);
      return id;
    });
  }

  public void delete(VolumeId id) throws StorageException, IOException {
    guard.changing(() -> {
      useCases.deleteVolume().delete(id);
      useCases.keptImages().dropOrphans();
      return id;
    });
  }

  /// @param volume as [#get] has just answered it
  public Volume expand(Volume volume, CapacityRange range) throws StorageException, IOException {
    guard.requireWritable();
    VolumeId id = volume.id();
    if (volume.capacityBytes() >= range.requiredBytes()) {
      if (range.contains(volume.capacityBytes())) {
        return volume;
      }
      throw new StorageException.ExpansionRefused(
          id, "it has %d bytes and never shrinks to %s".formatted(volume.capacityBytes(), range));
    }
    try {
      return guard.changing(() -> useCases.expandVolume().expand(range, volume));
    } catch (IOException e) {
      if (Health.isFull(e)) {
        throw new StorageException.ExpansionRefused(
            id, "pool %s is full: %s".formatted(name(), e.getMessage()));
      }
      throw e;
    }
  }

  public <T> T mending(VolumeId id, Repairs.Work<T> mend) throws StorageException, IOException {
    guard.requireWritable();
    Volume volume = get(id);
    offer.config().requireCopies(id, volume.content());
    return guard.making(volume.capacityBytes(), () -> mend.by(useCases.repairs(), volume));
  }

  public Snapshot get(SnapshotId id) throws StorageException, IOException {
    return guard.here(() -> reading.get(id));
  }

  public Volume get(VolumeId id) throws StorageException, IOException {
    return guard.ofVolume(() -> reading.get(id));
  }

  public SnapshotReader read(SnapshotId id) throws StorageException, IOException {
    return guard.here(() -> reading.read(id));
  }

  /// @param volume as [#get] has just answered it
  public Attachment attach(Volume volume) throws StorageException, IOException {
    try {
      return guard.ofVolume(() -> reading.attach(volume));
    } catch (IOException e) {
      throw guard.failures().unlessFull(e, volume.capacityBytes());
    }
  }

  /// @param volume as [#get] has just answered it
  public Usage usage(Volume volume, FileSystems.Usage shown) throws StorageException, IOException {
    return guard.ofVolume(() -> reading.usage(volume, shown));
  }

  /// Returns why nothing more can be written to volumes of this pool; empty where it has free
  /// space.
  public Optional<String> full() throws IOException {
    return offer.full();
  }

  public Capacity capacity(Shape shape) throws IOException {
    return offer.capacity(shape);
  }

  /// Returns the number of extents of the most fragmented image of those that were counted lately.
  public long largestExtents() throws IOException {
    return fragmentation.look();
  }

  public PoolStatus status() {
    return offer.status(tag(), scanned);
  }
}
