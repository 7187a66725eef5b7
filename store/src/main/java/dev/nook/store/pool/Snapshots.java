package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.Name;
import dev.nook.store.PoolName;
import dev.nook.store.PoolTag;
import dev.nook.store.Share;
import dev.nook.store.Snapshot;
import dev.nook.store.SnapshotId;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.record.Holds;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Origin;
import dev.nook.store.space.Charge;
import dev.nook.store.space.Claim;
import dev.nook.store.space.Claims;
import dev.nook.store.space.PinnedExtents;
import dev.nook.store.space.Policies;
import dev.nook.store.space.SpacePolicy;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Cuts the snapshots of one pool and deletes them. Each is charged all that it can ever keep
/// before anything is made.
final class Snapshots {
  private final PoolName pool;
  private final PoolTag tag;
  private final Layout layout;
  private final Backends backends;
  private final Records records;
  private final Catalogue<SnapshotId, Snapshot> catalogue;
  private final Policies policies;
  private final Claims claims;
  private final PinnedExtents pinned;
  private final Construction<SnapshotId, Snapshot> construction;
  private final Trash trash;
  private final Places<SnapshotId> places;
  private final Disk disk;
  private final Clock clock;

  Snapshots(
      PoolName pool,
      PoolTag tag,
      Layout layout,
      Disk disk,
      Backends backends,
      Records records,
      Catalogue<SnapshotId, Snapshot> catalogue,
      Policies policies,
      Claims claims,
      PinnedExtents pinned,
      Trash trash,
      Places<SnapshotId> places,
      Clock clock) {
    this.pool = pool;
    this.places = places;
    this.tag = tag;
    this.layout = layout;
    this.backends = backends;
    this.records = records;
    this.catalogue = catalogue;
    this.policies = policies;
    this.claims = claims;
    this.pinned = pinned;
    this.trash = trash;
    this.disk = disk;
    this.construction = new Construction<>(layout, disk, catalogue, trash);
    this.clock = clock;
  }

  /// The snapshot that has this name here; `Incompatible` when it is of another volume, `NotReady`
  /// when its record cannot be trusted.
  Optional<Snapshot> existing(Name name, VolumeId source) throws StorageException {
    var entry = catalogue.find(SnapshotId.of(tag, name));
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    return switch (entry.get()) {
      case Catalogue.Entry.Quarantined(var id, var _, var why) ->
          throw records.quarantined(id, why);
      case Catalogue.Entry.Known(var id, var snapshot) -> {
        if (!snapshot.name().equals(name)) {
          throw new StorageException.Incompatible(id, "its name is " + snapshot.name());
        }
        if (!snapshot.source().equals(source)) {
          throw new StorageException.Incompatible(
              id, "it is of volume %s, not of %s".formatted(snapshot.source(), source));
        }
        yield Optional.of(snapshot);
      }
    };
  }

  Snapshot cut(Name name, Volume source) throws StorageException, IOException {
    return cut(SnapshotId.of(tag, name), name, source);
  }

  /// Keeps what a volume holds now, under a name that nothing else has.
  Snapshot keep(Volume source) throws StorageException, IOException {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    Name name = new Name("kept of %s at %s, %s".formatted(source.id(), now, Nonce.next()));
    return cut(SnapshotId.kept(tag, name), name, source);
  }

  /// What was kept of a volume, the newest last; of this very one, not of another that had its
  /// name.
  List<Snapshot> kept(Volume of) {
    return catalogue
        .known()
        .filter(snapshot -> snapshot.id().isKept() && isOf(snapshot, of))
        .sorted(Comparator.comparing(Snapshot::cut))
        .toList();
  }

  private static boolean isOf(Snapshot snapshot, Volume volume) {
    return snapshot.source().equals(volume.id()) && snapshot.content().equals(volume.content());
  }

  /// Deletes what was kept of volumes that are gone.
  ///
  /// @param volumes what there is, quarantined ones too
  void dropKept(Catalogue<VolumeId, Volume> volumes) throws IOException {
    for (Snapshot kept : catalogue.known().filter(each -> each.id().isKept()).toList()) {
      boolean stands =
          volumes
              .find(kept.source())
              .filter(entry ->
                  !(entry instanceof Catalogue.Entry.Known<VolumeId, Volume>(var _, var volume))
                      || isOf(kept, volume))
              .isPresent();
      if (!stands) {
        delete(kept.id());
      }
    }
  }

  private Snapshot cut(SnapshotId id, Name name, Volume source)
      throws StorageException, IOException {
    Origin origin = Origin.of(source, layout);
    SpacePolicy policy = policies.of(source.content());
    try (Places<SnapshotId>.Place _ = places.take(id);
        Claim claim = claims.claim(id, policy.cut(origin))) {
      return construction.build(
          id,
          claim,
          staged -> {
            pinned.copying();
            Instant cut = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            backends.of(source.content()).cut(origin, staged);
            Charge exact = policy.ofCut(origin, staged);
            claim.atLeast(exact);
            return new Construction.Made<>(
                record(staged, describe(id, name, source, exact, cut)), exact);
          });
    }
  }

  private Snapshot describe(SnapshotId id, Name name, Volume source, Charge charge, Instant cut) {
    return new Snapshot(
        id, name, pool, source.id(), source.capacityBytes(), charge.bytes(), source.content(), cut);
  }

  private Snapshot record(Home staged, Snapshot snapshot) throws IOException {
    records.write(staged, snapshot);
    return snapshot;
  }

  /// What a snapshot kept of a volume with quota is charged to that volume until it is gone.
  void delete(SnapshotId id) throws IOException {
    if (disk.stat(layout.snapshot(id).directory()).isPresent()) {
      try (Holds<SnapshotId>.Hold _ = catalogue.holds().take(id)) {
        discard(id);
        catalogue.remove(id);
      }
    } else {
      catalogue.remove(id);
    }
    trash.sync(layout.snapshots()); // Also when absent: another call's rename may not be durable.
  }

  private void discard(SnapshotId id) throws IOException {
    List<Share> shares = catalogue.known(id).map(Snapshot::shares).orElse(List.of());
    trash.discard(id, shares);
  }
}
