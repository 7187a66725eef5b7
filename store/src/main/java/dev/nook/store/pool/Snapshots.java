package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.Name;
import dev.nook.store.PoolName;
import dev.nook.store.PoolTag;
import dev.nook.store.Shape.Provisioning;
import dev.nook.store.Share;
import dev.nook.store.Snapshot;
import dev.nook.store.SnapshotId;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.pool.CapacityLedger.Reservation;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
  private final CapacityLedger ledger;
  private final Allowances allowances;
  private final Remnants remnants;
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
      CapacityLedger ledger,
      Allowances allowances,
      Remnants remnants,
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
    this.ledger = ledger;
    this.allowances = allowances;
    this.remnants = remnants;
    this.trash = trash;
    this.disk = disk;
    this.construction = new Construction<>(layout, disk, catalogue, trash, Snapshot::chargedBytes);
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
    SnapshotId id = SnapshotId.of(tag, name);
    Origin origin = Origin.of(source, layout);
    long bytes = backends.of(source.content()).sharedBytes(origin);
    try (Places<SnapshotId>.Place _ = places.take(id);
        Reservation reservation =
            ledger.reserve(id.text(), 0, bytes, Provisioning.THICK).orElse(null);
        Allowances.Room room = allowances.room()) {
      if (reservation == null) {
        throw full(bytes);
      }
      Snapshot snapshot =
          construction.build(
              id,
              reservation,
              staged -> {
                room.make(origin.countedTo(bytes));
                remnants.copying();
                Instant cut = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                long exact = backends.of(source.content()).cut(origin, staged);
                if (!reservation.extend(exact)) {
                  throw full(exact);
                }
                room.make(origin.countedTo(exact));
                return record(
                    staged,
                    new Snapshot(
                        id,
                        name,
                        pool,
                        source.id(),
                        source.capacityBytes(),
                        exact,
                        source.content(),
                        cut));
              });
      room.keep();
      return snapshot;
    }
  }

  private Snapshot record(Home staged, Snapshot snapshot) throws IOException {
    records.write(staged, snapshot);
    return snapshot;
  }

  /// What a snapshot kept of a volume with quota is charged to that volume until it is gone.
  void delete(SnapshotId id) throws IOException {
    if (disk.stat(layout.snapshot(id).directory()).isPresent()) {
      synchronized (catalogue) {
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
    trash.discard(id, held -> shares.isEmpty() ? held : Optional.of(allowances.dropped(shares)));
  }

  private StorageException full(long neededBytes) {
    return new StorageException.Exhausted(
        "pool " + pool, neededBytes, ledger.lastAvailable(Provisioning.THICK));
  }
}
