package dev.nook.store.pool;

import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Filling;
import dev.nook.store.catalog.Registry;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
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

/// Expands a volume: first the ledger, then what it holds, then its record, so that a crash leaves
/// more bytes than the record says, never fewer.
public final class ExpandVolume {
  private final Layout layout;
  private final Backends<? extends Filling> backends;
  private final Registry<VolumeId, Volume> volumes;
  private final Space space;

  public ExpandVolume(
      Layout layout,
      Backends<? extends Filling> backends,
      Registry<VolumeId, Volume> volumes,
      Space space) {
    this.layout = layout;
    this.backends = backends;
    this.volumes = volumes;
    this.space = space;
  }

  public Volume expand(CapacityRange range, Volume volume) throws StorageException, IOException {
    Home home = layout.volume(volume.id());
    Filling backend = backends.of(volume.content());
    long there = backend.sizeBytes(home, volume.capacityBytes());
    long bytes =
        range.pick(why -> new StorageException.ExpansionRefused(volume.id(), why), there, there);
    requireFits(volume, bytes);
    try (QuotaLimits.Expansion _ = space.limits().expand(volume.id());
        Claim claim = claim(volume, there, bytes)) {
      Volume expanded = expand(volume, bytes, claim);
      claim.commit(space.ofSize(expanded));
      return expanded;
    }
  }

  private void requireFits(Volume volume, long bytes) throws StorageException, IOException {
    long most = backends.of(volume.content()).maximumBytes();
    if (bytes > most) {
      throw new StorageException.ExpansionRefused(
          volume.id(),
          "the filesystem of pool %s cannot hold a file of %d bytes; the largest has %d"
              .formatted(volume.pool(), bytes, most));
    }
  }

  private Volume expand(Volume volume, long bytes, Claim claim)
      throws StorageException, IOException {
    VolumeId id = volume.id();
    Content content = volume.content();
    try {
      long limit = Bytes.plus(bytes, space.limits().beyondSize(id));
      backends.of(content).expand(layout.volume(id), content, limit);
      return volumes.update(id, recorded -> recorded.withCapacity(bytes));
    } catch (StorageException | IOException e) {
      chargeWhatIsThere(volume, bytes, claim, e);
      throw e;
    }
  }

  /// Claims the bytes by which a volume grows; `OutOfRange` when they are not there.
  ///
  /// @param there the bytes that are charged already
  private Claim claim(Volume volume, long there, long bytes) throws StorageException, IOException {
    try {
      return space.forExpansion(volume.withCapacity(there), volume.withCapacity(bytes));
    } catch (StorageException.Exhausted _) {
      var provisioning = volume.content().shape().provisioning();
      throw new StorageException.ExpansionRefused(
          volume.id(),
          "growing from %d to %d bytes needs %d more, but pool %s has %d free"
              .formatted(
                  there,
                  bytes,
                  bytes - there,
                  volume.pool(),
                  space.ledger().lastAvailable(provisioning)));
    }
  }

  /// Charges what an expansion has left that failed halfway: there may be more bytes than the
  /// record says, and they can be written. It may also have changed the record.
  private void chargeWhatIsThere(Volume before, long bytes, Claim claim, Exception cause) {
    try {
      long limit = space.policies().limitBytes(layout.volume(before.id())).orElse(0L);
      Volume volume = volumes.catalogue().known(before.id()).orElse(before);
      long own =
          Math.max(
              volume.capacityBytes(), Bytes.minus(limit, space.limits().beyondSize(volume.id())));
      claim.commit(space.ofSize(volume.withCapacity(own)));
      space.limits().found(volume, limit);
    } catch (IOException e) {
      cause.addSuppressed(e);
      claim.commit(space.ofSize(before.withCapacity(bytes)));
    }
  }
}
