package dev.nook.store.pool;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.store.PoolConfig;
import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Looks;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.catalog.Lineage;
import dev.nook.store.catalog.Places;
import dev.nook.store.catalog.Records;
import dev.nook.store.catalog.Registry;
import dev.nook.store.catalog.VolumeCatalogue;
import dev.nook.store.guard.Failures;
import dev.nook.store.guard.Guard;
import dev.nook.store.guard.Health;
import dev.nook.store.guard.PoolRoot;
import dev.nook.store.home.Clones;
import dev.nook.store.home.Homes;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Kind;
import dev.nook.store.record.Layout;
import dev.nook.store.record.SnapshotKind;
import dev.nook.store.record.VolumeKind;
import dev.nook.store.space.Budget;
import dev.nook.store.space.Claims;
import dev.nook.store.space.Ledger;
import dev.nook.store.space.PinnedExtents;
import dev.nook.store.space.QuotaLimits;
import dev.nook.store.space.RecoveredSpace;
import dev.nook.store.space.Space;
import dev.nook.store.space.TrashCharges;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.trash.Staging;
import dev.nook.store.trash.Templates;
import dev.nook.store.trash.Trash;
import dev.nook.store.trash.TrashReclaimer;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.time.Clock;

/// Builds an open pool from the bottom up: its space, what lies in it, what calls do, and its
/// housekeeping.
public final class PoolParts {
  private final PoolConfig config;
  private final Backends<Backend> backends;
  private final Linux linux;
  private final Disk disk;
  private final Layout layout;
  private final VolumeCatalogue volumes = new VolumeCatalogue();
  private final Catalogue<SnapshotId, Snapshot> snapshots = new Catalogue<>();
  private final Identity identity;

  public PoolParts(
      PoolConfig config, PoolTag tag, Backends<Backend> backends, Linux linux, Clock clock) {
    this.config = config;
    this.backends = backends;
    this.linux = linux;
    this.disk = linux.disk();
    this.layout = new Layout(config.path());
    this.identity = new Identity(config.name(), tag, clock);
  }

  /// @param owned whether the pool has its own filesystem
  public Pool build(PoolRoot root, boolean owned) throws IOException {
    Disk.Space space = disk.space(layout.root());
    Ledger ledger = new Ledger(Budget.of(config, space, owned), () -> disk.space(layout.root()));
    Policies policies = Policies.of(linux, layout, space);
    QuotaLimits limits = new QuotaLimits(layout, policies, volumes, ledger);
    PinnedExtents pinned = new PinnedExtents(layout, policies, volumes, ledger);
    TrashCharges charges = new TrashCharges(policies, ledger, limits, pinned);

    Staging staging = new Staging(layout, disk, root);
    Trash trash = new Trash(layout, disk, backends, charges, root, staging);
    Templates templates = new Templates(disk, policies, ledger, staging, trash, volumes);
    TrashReclaimer reclaimer = new TrashReclaimer(templates, trash, limits);
    Claims claims = new Claims(config.name(), ledger, limits, reclaimer);
    Space whole = new Space(ledger, policies, claims, limits, pinned);

    Health health = new Health(config.name(), layout, disk, identity.clock());
    Guard guard = new Guard(root, health, new Failures(config.name(), health, ledger));
    Registry<VolumeId, Volume> volumeRegistry = registry(new VolumeKind(), volumes);
    Registry<SnapshotId, Snapshot> snapshotRegistry = registry(new SnapshotKind(), snapshots);
    Lineage lineage = new Lineage(layout, disk, policies.quotas(), volumes);
    Recovery recovery =
        new Recovery(
            identity.tag(),
            layout,
            disk,
            volumeRegistry,
            snapshotRegistry,
            staging,
            new RecoveredSpace(layout, policies, ledger, limits, pinned, charges));
    UseCases useCases =
        useCases(
            volumeRegistry,
            new Homes<>(layout, disk, volumeRegistry, staging, trash),
            new Homes<>(layout, disk, snapshotRegistry, staging, trash),
            whole,
            templates,
            new Clones(disk, claims, pinned, staging, trash));
    return new Pool(
        identity,
        guard,
        new Reading(layout, backends, lineage, volumeRegistry, snapshotRegistry),
        useCases,
        new Housekeeping(
            guard,
            recovery,
            trash,
            templates,
            new Confinement(backends.trees()),
            useCases.keptImages(),
            whole),
        new Offer(config, owned, backends, ledger, health, volumes, snapshots),
        new Fragmentation(volumes, id -> Looks.extents(backends, layout.volume(id))));
  }

  private <I extends StoredId, T> Registry<I, T> registry(
      Kind<I, T> kind, Catalogue<I, T> catalogue) {
    return new Registry<>(layout, new Records<>(kind, config.name(), layout, disk), catalogue);
  }

  private UseCases useCases(
      Registry<VolumeId, Volume> volumeRegistry,
      Homes<VolumeId, Volume> volumeHomes,
      Homes<SnapshotId, Snapshot> snapshotHomes,
      Space space,
      Templates templates,
      Clones clones) {
    DeleteVolume deleteVolume = new DeleteVolume(backends, volumeHomes);
    DeleteSnapshot deleteSnapshot = new DeleteSnapshot(snapshotHomes);
    Places<SnapshotId> places =
        new Places<>(config.name(), "snapshots", config.limits().snapshots(), snapshots);
    CreateSnapshot createSnapshot =
        new CreateSnapshot(
            identity,
            snapshotHomes,
            () -> new CutGroup(identity, layout, backends, space, snapshotHomes, places));
    KeptImages images =
        new KeptImages(identity, createSnapshot, deleteSnapshot, volumes, snapshots);
    return new UseCases(
        new CreateVolume(
            identity,
            backends,
            space,
            volumeHomes,
            new Places<>(config.name(), "volumes", config.limits().volumes(), volumes),
            templates),
        deleteVolume,
        new ExpandVolume(layout, backends, volumeRegistry, space),
        createSnapshot,
        deleteSnapshot,
        images,
        new Repairs(layout, backends, deleteVolume, images, clones, space));
  }
}
