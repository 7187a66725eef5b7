package dev.nook.store.pool;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystems;
import dev.nook.store.Attachment;
import dev.nook.store.CapacityRange;
import dev.nook.store.Name;
import dev.nook.store.PoolName;
import dev.nook.store.PoolStatus;
import dev.nook.store.PoolTag;
import dev.nook.store.Shape;
import dev.nook.store.Snapshot;
import dev.nook.store.SnapshotId;
import dev.nook.store.SnapshotReader;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeSpec;
import dev.nook.store.VolumeStore.Capacity;
import dev.nook.store.VolumeStore.Usage;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Origin;
import dev.nook.store.space.Claims;
import dev.nook.store.space.Ledger;
import dev.nook.store.space.PinnedExtents;
import dev.nook.store.space.Policies;
import dev.nook.store.space.QuotaLimits;
import dev.nook.store.space.RecoveredSpace;
import dev.nook.store.space.TrashCharges;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One pool whose lock is held and whose FORMAT is known. A full disk becomes a
/// [StorageException.Exhausted] here, and an I/O error while writing makes the pool degraded.
final class Pool {
  /// A filesystem that is full may have a few blocks left that it gives to nobody.
  private static final long FULL_BYTES = 4L << 20;

  private static final Duration DROPPING = Duration.ofSeconds(10);

  private final PoolConfig config;
  private final PoolTag tag;
  private final PoolRoot root;
  private final boolean owned;
  private final Layout layout;
  private final Disk disk;
  private final Backends backends;
  private final VolumeCatalogue catalogue = new VolumeCatalogue();
  private final Catalogue<SnapshotId, Snapshot> snapshotCatalogue = new Catalogue<>();
  private final Health health;
  private final Records records;
  private final Ledger ledger;
  private final Policies policies;
  private final Claims claims;
  private final Failures failures;
  private final QuotaLimits limits;
  private final Trash trash;
  private final Templates templates;
  private final Lineage lineage;
  private final Confinement confinement;
  private final Recovery recovery;
  private final Volumes volumes;
  private final Snapshots snapshots;
  private final Repairs repairs;
  private final Fragmentation fragmentation;
  private volatile boolean scanned;

  /// @param owned whether the pool has its filesystem for itself
  Pool(
      PoolConfig config,
      PoolTag tag,
      PoolRoot root,
      boolean owned,
      Backends backends,
      Linux linux,
      Clock clock)
      throws IOException {
    this.config = config;
    this.tag = tag;
    this.root = root;
    this.owned = owned;
    this.backends = backends;
    layout = new Layout(config.path());
    disk = linux.disk();
    health = new Health(config.name(), layout, disk, clock);
    records = new Records(config.name(), layout, disk);
    Disk.Space space = disk.space(layout.root());
    ledger = new Ledger(config.budget(space, owned), () -> disk.space(layout.root()));
    policies = Policies.of(linux, layout, space);
    failures = new Failures(config.name(), health, ledger);
    PinnedExtents pinned = new PinnedExtents(layout, policies, catalogue, ledger);
    limits = new QuotaLimits(layout, policies, catalogue, ledger);
    TrashCharges trashCharges = new TrashCharges(policies, ledger, limits, pinned);
    trash = new Trash(layout, disk, backends, trashCharges, root);
    templates = new Templates(disk, policies, ledger, trash);
    claims = new Claims(config.name(), ledger, limits, new RoomFromTrash(templates, trash, limits));
    fragmentation = new Fragmentation(catalogue, id -> backends.extents(layout.volume(id)));
    confinement = new Confinement(backends.trees());
    lineage = new Lineage(layout, disk, policies.quotas(), catalogue);
    recovery =
        new Recovery(
            tag,
            layout,
            disk,
            records,
            catalogue,
            snapshotCatalogue,
            new RecoveredSpace(layout, policies, ledger, limits, pinned, trashCharges));
    volumes =
        new Volumes(
            config.name(),
            tag,
            layout,
            disk,
            backends,
            records,
            catalogue,
            policies,
            claims,
            pinned,
            trash,
            templates,
            new Places<>(config.name(), "volumes", config.limits().volumes(), catalogue),
            clock);
    snapshots =
        new Snapshots(
            config.name(),
            tag,
            layout,
            disk,
            backends,
            records,
            snapshotCatalogue,
            policies,
            claims,
            pinned,
            trash,
            new Places<>(
                config.name(), "snapshots", config.limits().snapshots(), snapshotCatalogue),
            clock);
    Clones clones = new Clones(disk, claims, pinned, trash);
    repairs = new Repairs(layout, backends, policies, volumes, snapshots, clones, pinned);
  }

  PoolName name() {
    return config.name();
  }

  PoolTag tag() {
    return tag;
  }

  Catalogue<VolumeId, Volume> catalogue() {
    return catalogue;
  }

  Catalogue<SnapshotId, Snapshot> snapshots() {
    return snapshotCatalogue;
  }

  boolean scanned() {
    return scanned;
  }

  List<Path> foreign() {
    return recovery.foreign();
  }

  PoolRoot root() {
    return root;
  }

  /// What a call that writes did here: an I/O error makes the pool degraded.
  private <T> T written(PoolRoot.Call<T> call) throws StorageException, IOException {
    try {
      return root.here(call);
    } catch (IOException e) {
      health.met(e);
      throw e;
    }
  }

  /// Reads what is there; the ledger stands when it returns.
  void scan() throws IOException {
    root.compare();
    health.check();
    try {
      recovery.run(trash, health.degraded().isEmpty());
    } catch (IOException e) {
      health.met(e);
      if (health.degraded().isEmpty()) {
        throw e;
      }
      recovery.run(trash, false);
    }
    root.compare();
    scanned = true;
  }

  /// What can wait: empties the trash, looks again at what was quarantined, takes the reserve. A
  /// template is kept neither through an I/O error, which may have hit it, nor by an empty pool.
  List<Complaint> sweep() {
    List<Complaint> complaints =
        new Sweep(() -> root.lost().isEmpty())
            .then("looking at the pool's place", root::compare)
            .then("dropping templates", this::dropTemplates)
            .then("looking for the mark of an I/O error", health::check)
            .then("reading what is quarantined", unlessDegraded(recovery::retry))
            .then("confining nested subvolumes", confinement::look)
            .then("dropping what was kept", () -> snapshots.dropKept(catalogue))
            .then("emptying the trash", trash::empty)
            .then("having removed space given back", trash::reclaim)
            .then("settling quota limits", () -> limits.settle(trash::keepsCopies))
            .then("taking the reserve", unlessDegraded(new Reserve(layout, disk)::make))
            .then("asking for the free space", ledger::ask)
            .complaints();
    return root.lost().isEmpty() ? complaints : List.of(); // Its status says why.
  }

  private void dropTemplates() throws IOException {
    if (health.degraded().isPresent() || catalogue.size() == 0) {
      templates.drop(new Patience(DROPPING));
    }
  }

  private Sweep.Step unlessDegraded(Sweep.Step step) {
    return () -> {
      if (health.degraded().isEmpty()) {
        root.compare();
        step.run();
      }
    };
  }

  /// Confines what is nested in volumes as soon as it is made, for so long.
  void watchNested(Duration length) throws IOException, InterruptedException {
    if (root.lost().isEmpty()) {
      confinement.watch(length);
    } else {
      Thread.sleep(length);
    }
  }

  /// The volume that has this spec's name here, equal to it.
  Optional<Volume> existing(VolumeSpec spec) throws StorageException, IOException {
    return met(0, () -> volumes.existing(spec));
  }

  /// What a call did here that needs this much room at most.
  private <T> T met(long neededBytes, PoolRoot.Call<T> call) throws StorageException, IOException {
    try {
      return root.here(call);
    } catch (IOException e) {
      throw failures.met(e, neededBytes);
    }
  }

  /// The snapshot that has this name here, if it is of this volume.
  Optional<Snapshot> existing(Name name, VolumeId source) throws StorageException, IOException {
    return met(0, () -> snapshots.existing(name, source));
  }

  /// What a copy of this volume is made of; `NotFound`, or `NotReady` when it is quarantined.
  Origin origin(VolumeId id) throws StorageException, IOException {
    return root.here(() -> Origin.of(lineage.of(records.read(id)), layout));
  }

  /// What a copy of this snapshot is made of; `NotFound`, or `NotReady` when it is quarantined.
  Origin origin(SnapshotId id) throws StorageException, IOException {
    return root.here(() -> lineage.of(records.read(id)));
  }

  Volume create(VolumeSpec spec, Optional<Origin> origin) throws StorageException, IOException {
    health.requireWritable();
    if (origin.isPresent()) {
      config.requireCopies(origin.get().id(), origin.get().content());
    }
    Optional<String> refused = refuses(spec.shape());
    if (refused.isPresent()) {
      throw new StorageException.Exhausted("pool " + name(), refused.get());
    }
    return met(spec.range().requiredBytes(), () -> volumes.create(spec, origin));
  }

  Snapshot snapshot(Name name, VolumeId source) throws StorageException, IOException {
    health.requireWritable();
    Volume volume = met(0, () -> lineage.of(records.read(source)));
    config.requireCopies(source, volume.content());
    return met(volume.capacityBytes(), () -> snapshots.cut(name, volume));
  }

  boolean copiesOneMoment(VolumeId source) throws IOException {
    Optional<Volume> volume = catalogue.known(source);
    return volume.isPresent()
        && backends.of(volume.get().content()).copiesOneMoment(Origin.of(volume.get(), layout));
  }

  void delete(SnapshotId id) throws StorageException, IOException {
    written(() -> {
      snapshots.delete(id);
      return id;
    });
  }

  Snapshot get(SnapshotId id) throws StorageException, IOException {
    return root.here(() -> records.read(id));
  }

  SnapshotReader read(SnapshotId id) throws StorageException, IOException {
    Snapshot snapshot = get(id);
    return backends.of(snapshot.content()).read(layout.snapshot(id), snapshot);
  }

  void delete(VolumeId id) throws StorageException, IOException {
    written(() -> {
      volumes.delete(id);
      snapshots.dropKept(catalogue);
      return id;
    });
  }

  Volume get(VolumeId id) throws StorageException, IOException {
    return root.here(() -> records.read(id));
  }

  <T> T mending(VolumeId id, Repairs.Work<T> mend) throws StorageException, IOException {
    health.requireWritable();
    Volume volume = get(id);
    config.requireCopies(id, volume.content());
    return met(volume.capacityBytes(), () -> mend.by(repairs, volume));
  }

  Capacity capacity(Shape shape) throws IOException {
    if (health.degraded().isPresent() || refuses(shape).isPresent()) {
      return Capacity.NONE;
    }
    long available = ledger.available(shape.provisioning());
    Backend backend = backends.of(shape);
    return new Capacity(
        available, backend.minimumBytes(shape), Math.min(available, backend.maximumBytes()));
  }

  Volume grow(VolumeId id, CapacityRange range) throws StorageException, IOException {
    health.requireWritable();
    Volume volume = get(id);
    if (volume.capacityBytes() >= range.requiredBytes()) {
      if (range.contains(volume.capacityBytes())) {
        return volume;
      }
      throw new StorageException.OutOfRange(
          id, "it has %d bytes and never shrinks to %s".formatted(volume.capacityBytes(), range));
    }
    try {
      Growth growth = new Growth(layout, backends, records, catalogue, policies, claims, limits);
      return root.here(() -> growth.to(range, volume));
    } catch (IOException e) {
      health.met(e);
      if (Failures.isFull(e)) {
        throw new StorageException.OutOfRange(
            id, "pool %s is full: %s".formatted(name(), e.getMessage()));
      }
      throw e;
    }
  }

  Attachment attach(VolumeId id) throws StorageException, IOException {
    Volume volume = get(id);
    try {
      return root.here(() -> backends.of(volume.content()).attach(layout.volume(id), volume));
    } catch (IOException e) {
      throw failures.unlessFull(e, volume.capacityBytes());
    }
  }

  /// Why nothing more can be written to what lies here; empty where there is room.
  Optional<String> full() throws IOException {
    long free = disk.space(layout.root()).availableBytes();
    return free < FULL_BYTES
        ? Optional.of(
            "pool %s is full, %d bytes are free; make room in it first".formatted(name(), free))
        : Optional.empty();
  }

  Usage usage(VolumeId id, FileSystems.Usage shown) throws StorageException, IOException {
    return root.here(() -> {
      Volume volume = records.read(id);
      return backends.of(volume.content()).usage(layout.volume(id), volume, shown);
    });
  }

  /// In how many pieces the most fragmented image lies of those looked at lately.
  long largestExtents() throws IOException {
    return fragmentation.look();
  }

  PoolStatus status() {
    Optional<String> degraded = health.degraded();
    PoolStatus.Health state =
        degraded.isPresent()
            ? new PoolStatus.Health.Degraded(degraded.get())
            : scanned ? new PoolStatus.Health.Open() : new PoolStatus.Health.Starting();
    return new PoolStatus(
        name(),
        config.path(),
        Optional.of(tag),
        state,
        ledger.space().type(),
        ledger.size(),
        ledger.charged(),
        degraded.isPresent() ? 0 : ledger.lastAvailable(Shape.Provisioning.THIN),
        ledger.trashBytes(),
        ledger.templateBytes(),
        catalogue.size(),
        snapshotCatalogue.size(),
        catalogue.quarantined().size() + snapshotCatalogue.quarantined().size(),
        config.limits());
  }

  private Optional<String> refuses(Shape shape) throws IOException {
    if (shape.provisioning() == Shape.Provisioning.THICK && !owned) {
      return Optional.of(
          "thick volumes need a pool that has its filesystem for itself; mount a disk at %s, or give"
                  .formatted(config.path())
              + " the pool an image");
    }
    return backends.of(shape).refuses(shape);
  }
}
