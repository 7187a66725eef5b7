package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.PoolTag;
import dev.nook.store.Shape.Provisioning;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.util.Optional;

/// Reads a pool as a crash left it. It can be killed at any step and run again.
final class Recovery {
  private final PoolTag tag;
  private final Layout layout;
  private final Disk disk;
  private final Backends backends;
  private final Records records;
  private final Catalogue catalogue;
  private final CapacityLedger ledger;

  Recovery(
      PoolTag tag,
      Layout layout,
      Disk disk,
      Backends backends,
      Records records,
      Catalogue catalogue,
      CapacityLedger ledger) {
    this.tag = tag;
    this.layout = layout;
    this.disk = disk;
    this.backends = backends;
    this.records = records;
    this.catalogue = catalogue;
    this.ledger = ledger;
  }

  /// What was under construction goes to the trash; what a crash left half durable is made durable;
  /// every record is read.
  void run(Trash trash, boolean writable) throws IOException {
    if (writable) {
      trash.collect();
      disk.sync(layout.staging());
      trash.sync();
    }
    for (String entry : disk.list(layout.trash())) {
      weigh(new Home(layout.trash().resolve(entry)));
    }
    for (String entry : disk.list(layout.volumes())) {
      VolumeId id = new VolumeId(entry);
      if (id.tag().equals(Optional.of(tag))) {
        load(id);
      }
    }
  }

  /// Reads one volume, or quarantines it.
  void load(VolumeId id) {
    Home home = layout.volume(id);
    try {
      Volume volume = records.load(home, id);
      long bytes = Math.max(volume.capacityBytes(), backends.claimedBytes(home).orElse(0L));
      ledger.charge(id.text(), bytes, volume.content().shape().provisioning());
      catalogue.put(new Catalogue.Entry.Known(volume));
    } catch (BadRecord e) {
      quarantine(id, e.why());
    } catch (IOException e) {
      quarantine(id, "cannot be read: " + e.getMessage());
    }
  }

  /// Charged in full: whether it was thin is not known any more.
  private void quarantine(VolumeId id, String why) {
    long bytes = 0;
    try {
      bytes = backends.claimedBytes(layout.volume(id)).orElse(0L);
    } catch (IOException e) {
      why = why + "; its size cannot be read: " + e.getMessage();
    }
    ledger.charge(id.text(), bytes, Provisioning.THICK);
    catalogue.put(new Catalogue.Entry.Quarantined(id, bytes, why));
  }

  /// A tree that nobody counts weighs what it was charged; without a record, nothing: what it holds
  /// shows in the free space only.
  private void weigh(Home home) throws IOException {
    VolumeId id = Layout.idOf(home.name());
    Optional<Long> held = backends.heldBytes(home);
    if (held.isPresent()) {
      ledger.chargeTrash(home.name(), held.get());
      return;
    }
    try {
      Volume volume = records.load(home, id);
      ledger.charge(home.name(), volume.capacityBytes(), volume.content().shape().provisioning());
      ledger.discard(home.name(), home.name(), Optional.empty());
    } catch (BadRecord _) {
      ledger.chargeTrash(home.name(), 0);
    }
  }
}
