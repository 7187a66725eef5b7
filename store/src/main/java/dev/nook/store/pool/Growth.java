package dev.nook.store.pool;

import dev.nook.store.Bytes;
import dev.nook.store.CapacityRange;
import dev.nook.store.Content;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
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
  private final Catalogue<VolumeId, Volume> catalogue;
  private final CapacityLedger ledger;
  private final Allowances allowances;

  Growth(
      Layout layout,
      Backends backends,
      Records records,
      Catalogue<VolumeId, Volume> catalogue,
      CapacityLedger ledger,
      Allowances allowances) {
    this.layout = layout;
    this.backends = backends;
    this.records = records;
    this.catalogue = catalogue;
    this.ledger = ledger;
    this.allowances = allowances;
  }

  Volume to(CapacityRange range, Volume volume) throws StorageException, IOException {
    Home home = layout.volume(volume.id());
    Backend backend = backends.of(volume.content());
    long there = backend.sizeBytes(home, volume.capacityBytes());
    long bytes = range.pick(volume.id(), there, there);
    requireFits(volume, bytes);
    allowances.growing(volume.id());
    try (Reservation reservation = reserve(volume, there, bytes)) {
      Volume grown = volume.withCapacity(bytes);
      grow(grown, volume, reservation);
      reservation.settle(grown.promisedBytes());
      catalogue.put(volume.id(), grown);
      return grown;
    } finally {
      allowances.grown(volume.id());
    }
  }

  private void requireFits(Volume volume, long bytes) throws StorageException, IOException {
    long most = backends.of(volume.content()).maximumBytes();
    if (bytes > most) {
      throw new StorageException.OutOfRange(
          volume.id(),
          "the filesystem of pool %s holds no file of %d bytes, the largest has %d"
              .formatted(volume.pool(), bytes, most));
    }
  }

  private void grow(Volume grown, Volume before, Reservation reservation)
      throws StorageException, IOException {
    Home home = layout.volume(before.id());
    long bytes = grown.capacityBytes();
    try {
      Content content = before.content();
      backends.of(content).grow(home, content, Bytes.plus(bytes, allowances.of(before.id())));
      records.grow(home, bytes);
    } catch (BadRecord e) {
      chargeWhatIsThere(before, bytes, reservation, e);
      throw records.quarantined(before.id(), e.why());
    } catch (IOException e) {
      chargeWhatIsThere(before, bytes, reservation, e);
      throw e;
    }
  }

  /// @param there what is charged already
  private Reservation reserve(Volume volume, long there, long bytes)
      throws StorageException, IOException {
    var provisioning = volume.content().shape().provisioning();
    return ledger
        .reserve(
            volume.id().text(),
            volume.withCapacity(there).promisedBytes(),
            volume.withCapacity(bytes).promisedBytes(),
            provisioning)
        .orElseThrow(() ->
            new StorageException.OutOfRange(
                volume.id(),
                "growing from %d to %d bytes needs %d more, pool %s has %d free"
                    .formatted(
                        there,
                        bytes,
                        bytes - there,
                        volume.pool(),
                        ledger.lastAvailable(provisioning))));
  }

  /// A growth that failed halfway may have left more bytes than the record says: they can be
  /// written, so they stay charged. It may also have changed the record.
  private void chargeWhatIsThere(
      Volume before, long bytes, Reservation reservation, Exception cause) {
    Home home = layout.volume(before.id());
    try {
      long claimed = backends.claimedBytes(home).orElse(0L);
      Volume volume = recorded(home, before);
      long own = Math.max(volume.capacityBytes(), Bytes.minus(claimed, allowances.of(volume.id())));
      reservation.settle(volume.withCapacity(own).promisedBytes());
      catalogue.put(volume.id(), volume);
      allowances.found(volume, claimed);
    } catch (IOException e) {
      cause.addSuppressed(e);
      reservation.settle(before.withCapacity(bytes).promisedBytes());
    }
  }

  private Volume recorded(Home home, Volume before) throws IOException {
    try {
      return records.load(home, before.id());
    } catch (BadRecord _) {
      return before;
    }
  }
}
