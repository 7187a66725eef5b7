package dev.nook.store.pool;

import dev.nook.store.CapacityRange;
import dev.nook.store.Content;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.pool.CapacityLedger.Reservation;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;

/// Makes a volume larger: ledger, content, record, in this order, so that a crash leaves more bytes
/// than the record says, never fewer.
final class Growth {
  private final Layout layout;
  private final Backends backends;
  private final Records records;
  private final Catalogue catalogue;
  private final CapacityLedger ledger;

  Growth(
      Layout layout,
      Backends backends,
      Records records,
      Catalogue catalogue,
      CapacityLedger ledger) {
    this.layout = layout;
    this.backends = backends;
    this.records = records;
    this.catalogue = catalogue;
    this.ledger = ledger;
  }

  Volume to(CapacityRange range, Volume volume) throws StorageException, IOException {
    Content content = volume.content();
    long bytes = range.pick(volume.id(), volume.capacityBytes(), volume.capacityBytes());
    try (Reservation reservation = reserve(volume, bytes)) {
      try {
        backends.of(content).grow(layout.volume(volume.id()), content, bytes);
        records.grow(layout.volume(volume.id()), bytes);
      } catch (BadRecord e) {
        chargeWhatIsThere(volume, bytes, reservation, e);
        throw records.quarantined(volume.id(), e.why());
      } catch (IOException e) {
        chargeWhatIsThere(volume, bytes, reservation, e);
        throw e;
      }
      reservation.settle(bytes);
    }
    Volume grown =
        new Volume(
            volume.id(),
            volume.name(),
            volume.pool(),
            bytes,
            content,
            volume.source(),
            volume.created());
    catalogue.put(new Catalogue.Entry.Known(grown));
    return grown;
  }

  private Reservation reserve(Volume volume, long bytes) throws StorageException, IOException {
    var provisioning = volume.content().shape().provisioning();
    return ledger
        .reserve(volume.id().text(), volume.capacityBytes(), bytes, provisioning)
        .orElseThrow(() ->
            new StorageException.OutOfRange(
                volume.id(),
                "growing from %d to %d bytes needs %d more, pool %s has %d free"
                    .formatted(
                        volume.capacityBytes(),
                        bytes,
                        bytes - volume.capacityBytes(),
                        volume.pool(),
                        ledger.lastAvailable(provisioning))));
  }

  /// A growth that failed halfway may have left more bytes than the record says: they can be
  /// written, so they stay charged.
  private void chargeWhatIsThere(
      Volume volume, long bytes, Reservation reservation, Exception cause) {
    Home home = layout.volume(volume.id());
    try {
      long claimed = backends.claimedBytes(home).orElse(0L);
      reservation.settle(Math.max(volume.capacityBytes(), claimed));
    } catch (IOException e) {
      cause.addSuppressed(e);
      reservation.settle(bytes);
    }
  }
}
