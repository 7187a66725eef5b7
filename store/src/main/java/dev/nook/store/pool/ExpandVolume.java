package dev.nook.store.pool;

import dev.nook.store.backend.Backend;
import dev.nook.store.backend.Backends;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.catalog.Records;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Claim;
import dev.nook.store.space.QuotaLimits;
import dev.nook.store.space.Space;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Makes a volume larger: ledger, content, record, in this order, so that a crash leaves more bytes
/// than the record says, never fewer.
public final class ExpandVolume {
  private final Layout layout;
  private final Backends backends;
  private final Records records;
  private final Catalogue<VolumeId, Volume> catalogue;
  private final Space space;

  public ExpandVolume(
      Layout layout,
      Backends backends,
      Records records,
      Catalogue<VolumeId, Volume> catalogue,
      Space space) {
    this.layout = layout;
    this.backends = backends;
    this.records = records;
    this.catalogue = catalogue;
    this.space = space;
  }

  public Volume expand(CapacityRange range, Volume volume) throws StorageException, IOException {
    Home home = layout.volume(volume.id());
    Backend backend = backends.of(volume.content());
    long there = backend.sizeBytes(home, volume.capacityBytes());
    long bytes = range.pick(volume.id(), there, there);
    requireFits(volume, bytes);
    try (QuotaLimits.Growing _ = space.limits().grow(volume.id());
        Claim claim = claim(volume, there, bytes)) {
      Volume grown = volume.withCapacity(bytes);
      expand(grown, volume, claim);
      claim.commit(space.ofSize(grown));
      catalogue.put(volume.id(), grown);
      return grown;
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

  private void expand(Volume grown, Volume before, Claim claim)
      throws StorageException, IOException {
    Home home = layout.volume(before.id());
    long bytes = grown.capacityBytes();
    try {
      Content content = before.content();
      backends
          .of(content)
          .expand(home, content, Bytes.plus(bytes, space.limits().beyondSize(before.id())));
      records.grow(home, bytes);
    } catch (BadRecord e) {
      chargeWhatIsThere(before, bytes, claim, e);
      throw records.quarantined(before.id(), e.why());
    } catch (IOException e) {
      chargeWhatIsThere(before, bytes, claim, e);
      throw e;
    }
  }

  /// @param there what is charged already
  private Claim claim(Volume volume, long there, long bytes) throws StorageException, IOException {
    try {
      return space.forGrowth(volume.withCapacity(there), volume.withCapacity(bytes));
    } catch (StorageException.Exhausted _) {
      var provisioning = volume.content().shape().provisioning();
      throw new StorageException.OutOfRange(
          volume.id(),
          "growing from %d to %d bytes needs %d more, pool %s has %d free"
              .formatted(
                  there,
                  bytes,
                  bytes - there,
                  volume.pool(),
                  space.ledger().lastAvailable(provisioning)));
    }
  }

  /// A growth that failed halfway may have left more bytes than the record says: they can be
  /// written, so they stay charged. It may also have changed the record.
  private void chargeWhatIsThere(Volume before, long bytes, Claim claim, Exception cause) {
    Home home = layout.volume(before.id());
    try {
      long limit = space.policies().limitBytes(home).orElse(0L);
      Volume volume = recorded(home, before);
      long own =
          Math.max(
              volume.capacityBytes(), Bytes.minus(limit, space.limits().beyondSize(volume.id())));
      claim.commit(space.ofSize(volume.withCapacity(own)));
      catalogue.put(volume.id(), volume);
      space.limits().found(volume, limit);
    } catch (IOException e) {
      cause.addSuppressed(e);
      claim.commit(space.ofSize(before.withCapacity(bytes)));
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
