package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.Bytes;
import dev.nook.store.PoolTag;
import dev.nook.store.Shape.Provisioning;
import dev.nook.store.Share;
import dev.nook.store.Snapshot;
import dev.nook.store.SnapshotId;
import dev.nook.store.StoredId;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/// Reads a pool as a crash left it. It can be killed at any step and run again.
final class Recovery {
  private final PoolTag tag;
  private final Layout layout;
  private final Disk disk;
  private final Backends backends;
  private final Records records;
  private final Catalogue<VolumeId, Volume> volumes;
  private final Catalogue<SnapshotId, Snapshot> snapshots;
  private final CapacityLedger ledger;
  private final Allowances allowances;
  private final Remnants remnants;
  private final Set<Path> foreign = new ConcurrentSkipListSet<>();

  Recovery(
      PoolTag tag,
      Layout layout,
      Disk disk,
      Backends backends,
      Records records,
      Catalogue<VolumeId, Volume> volumes,
      Catalogue<SnapshotId, Snapshot> snapshots,
      CapacityLedger ledger,
      Allowances allowances,
      Remnants remnants) {
    this.tag = tag;
    this.layout = layout;
    this.disk = disk;
    this.backends = backends;
    this.records = records;
    this.volumes = volumes;
    this.snapshots = snapshots;
    this.ledger = ledger;
    this.allowances = allowances;
    this.remnants = remnants;
  }

  /// What was under construction goes to the trash; what a crash left half durable is made durable;
  /// every record is read: snapshots first, for they say what their origins may hold.
  void run(Trash trash, boolean writable) throws IOException {
    if (writable) {
      trash.collect();
      disk.sync(layout.staging());
      for (Path room : List.of(layout.volumes(), layout.snapshots())) {
        trash.sync(room);
      }
    }
    for (String entry : disk.list(layout.trash())) {
      remnants.copying(); // What lies there may be a copy.
      Home home = new Home(layout.trash().resolve(entry));
      if (Layout.isTemplate(entry)) {
        weighTemplate(home);
      } else {
        weigh(home);
      }
    }
    for (Path room : List.of(layout.snapshots(), layout.volumes())) {
      for (String entry : disk.list(room)) {
        StoredId id = Layout.idOf(entry);
        if (id.tag().equals(Optional.of(tag)) && layout.room(id).equals(room)) {
          load(id);
        } else if (ForeignEntries.isForeign(entry, tag)) {
          foreign.add(room.resolve(entry));
        }
      }
    }
  }

  /// What [#run] found of other pools.
  List<Path> foreign() {
    return List.copyOf(foreign);
  }

  /// Reads again what was quarantined.
  void retry() {
    retry(snapshots);
    retry(volumes);
  }

  /// Never beside a delete, which it would come back from.
  private <I extends StoredId> void retry(Catalogue<I, ?> catalogue) {
    for (I id : catalogue.quarantined()) {
      synchronized (catalogue) {
        if (catalogue.find(id).isPresent()) {
          load(id);
        }
      }
    }
  }

  /// Reads one volume or snapshot, or quarantines it.
  private void load(StoredId id) {
    try {
      switch (id) {
        case VolumeId volume -> read(volume);
        case SnapshotId snapshot -> read(snapshot);
      }
    } catch (BadRecord e) {
      quarantine(id, e.why());
    } catch (IOException | RuntimeException e) {
      quarantine(id, "cannot be read: " + Complaint.words(e));
    }
  }

  private void read(VolumeId id) throws BadRecord, IOException {
    Home home = layout.volume(id);
    Volume volume = records.load(home, id);
    long claimed = Math.max(volume.capacityBytes(), backends.claimedBytes(home).orElse(0L));
    if (Allowances.counts(volume.content())) {
      allowances.kept(volume.shares());
      allowances.found(volume, claimed);
    } else {
      ledger.charge(id.text(), claimed, volume.content().shape().provisioning());
    }
    volumes.put(id, volume);
    remnants.look(volume);
  }

  private void read(SnapshotId id) throws BadRecord, IOException {
    Snapshot snapshot = records.load(layout.snapshot(id), id);
    ledger.charge(id.text(), snapshot.chargedBytes(), Provisioning.THICK);
    allowances.kept(snapshot.shares());
    snapshots.put(id, snapshot);
    remnants.copying();
  }

  /// Charged in full: whether it was thin is not known any more.
  private void quarantine(StoredId id, String why) {
    long bytes = 0;
    try {
      bytes = backends.claimedBytes(layout.home(id)).orElse(0L);
    } catch (IOException | RuntimeException e) {
      why = why + "; its size cannot be read: " + Complaint.words(e);
    }
    ledger.charge(id.text(), bytes, Provisioning.THICK);
    switch (id) {
      case VolumeId volume -> volumes.quarantine(volume, bytes, why);
      case SnapshotId snapshot -> snapshots.quarantine(snapshot, bytes, why);
    }
  }

  /// A template of an earlier driver is set aside until it is gone, like one of this driver.
  private void weighTemplate(Home home) throws IOException {
    ledger.kept(home.name(), backends.heldBytes(home).orElse(0L));
  }

  /// A tree that nobody counts weighs what it was charged; without a record, nothing: what it holds
  /// shows in the free space only.
  private void weigh(Home home) throws IOException {
    StoredId id = Layout.idOf(home.name());
    try {
      switch (id) {
        case VolumeId volume -> weigh(home, volume);
        case SnapshotId snapshot -> weigh(home, records.load(home, snapshot));
      }
    } catch (BadRecord _) {
      ledger.chargeTrash(home.name(), backends.heldBytes(home).orElse(0L));
    }
  }

  /// What counts to its origin is charged there for as long as that stands.
  private void weigh(Home home, Snapshot snapshot) throws IOException {
    List<Share> shares = snapshot.shares();
    ledger.chargeTrash(
        home.name(), shares.isEmpty() ? snapshot.chargedBytes() : countedToNobody(shares));
  }

  private long countedToNobody(List<Share> shares) throws IOException {
    long bytes = 0;
    for (Share share : shares) {
      if (disk.stat(layout.volume(share.volume()).directory()).isEmpty()) {
        bytes = Bytes.plus(bytes, share.bytes());
      }
    }
    return bytes;
  }

  private List<Share> sharesOf(Home home, VolumeId id) throws IOException {
    try {
      return records.load(home, id).shares();
    } catch (BadRecord _) {
      return List.of();
    }
  }

  private void weigh(Home home, VolumeId id) throws BadRecord, IOException {
    Optional<Long> held = backends.heldBytes(home);
    if (held.isPresent()) {
      ledger.chargeTrash(home.name(), Bytes.plus(held.get(), countedToNobody(sharesOf(home, id))));
      return;
    }
    Volume volume = records.load(home, id);
    ledger.charge(home.name(), volume.promisedBytes(), volume.content().shape().provisioning());
    ledger.discard(home.name(), home.name(), Optional.empty());
  }
}
