package dev.nook.store.space;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Share;
import dev.nook.store.volume.Volume;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the quota limits of directory volumes should be, and what the volumes are charged for them.
/// Kept under one lock, under which no disk is asked; [QuotaLimits] sets the limits themselves.
final class QuotaSums {
  private final Standing volumes;
  private final Ledger ledger;

  /// What the copies of a volume are charged for what counts to its quota.
  @GuardedBy("this")
  private final Map<VolumeId, Long> allowed = new HashMap<>();

  /// How much higher the limit of a volume may be than its size and what its copies are charged.
  @GuardedBy("this")
  private final Map<VolumeId, Long> excess = new HashMap<>();

  /// Volumes that are being expanded, which are charged by whoever does that.
  @GuardedBy("this")
  private final Set<VolumeId> expanding = new HashSet<>();

  QuotaSums(Standing volumes, Ledger ledger) {
    this.volumes = volumes;
    this.ledger = ledger;
  }

  /// Returns how much more than its size the limit of a volume is.
  synchronized long beyondSize(VolumeId id) {
    return Bytes.plus(allowed(id), excess.getOrDefault(id, 0L));
  }

  /// Returns what the limit of a volume should be.
  synchronized long wanted(Volume volume) {
    return Bytes.plus(volume.capacityBytes(), allowed(volume.id()));
  }

  @GuardedBy("this")
  private long allowed(VolumeId id) {
    return allowed.getOrDefault(id, 0L);
  }

  /// Takes note of what a copy shares that stands.
  synchronized void found(List<Share> shares) {
    for (Share share : shares) {
      allow(share.volume(), share.bytes());
      excess.merge(share.volume(), 0L, (more, _) -> Bytes.minus(more, share.bytes()));
      volumes.known(share.volume()).ifPresent(this::charge);
    }
  }

  /// Takes note of a volume that stands, and of what its limit is.
  synchronized void found(Volume volume, long limitBytes) {
    if (volume.content().enforced()) {
      excess.put(volume.id(), Bytes.minus(limitBytes, wanted(volume)));
      charge(volume);
    }
  }

  /// Takes note of a limit that was lowered. A copy that was deleted since has left more in excess.
  synchronized void lowered(Volume volume, long limitBytes) {
    found(volume, limitBytes);
    excess.remove(volume.id(), 0L);
  }

  /// Lets a copy share so many bytes with a volume, instead of what it was allowed before.
  synchronized void allowInstead(VolumeId id, long before, long bytes) {
    allow(id, bytes - before);
  }

  /// Charges a volume for what a deleted copy still holds of it.
  synchronized void drop(VolumeId origin, long bytes) {
    if (bytes > 0) {
      allow(origin, -bytes);
      volumes
          .known(origin)
          .ifPresent(volume -> {
            excess.merge(origin, bytes, Bytes::plus);
            charge(volume);
          });
    }
  }

  /// As [#drop], for all that a deleted copy shares; returns the bytes that count to no volume that
  /// stands.
  synchronized long dropped(List<Share> shares) {
    long others = 0;
    for (Share share : shares) {
      if (volumes.known(share.volume()).isEmpty()) {
        others = Bytes.plus(others, share.bytes());
      }
      drop(share.volume(), share.bytes());
    }
    return others;
  }

  /// Leaves the charge of a volume to whoever expands it.
  synchronized void expanding(VolumeId id) {
    expanding.add(id);
  }

  /// Charges a volume what its limit has come to.
  synchronized void expanded(VolumeId id) {
    expanding.remove(id);
    volumes.known(id).filter(volume -> volume.content().enforced()).ifPresent(this::charge);
  }

  /// Returns the volumes whose limits may have to be changed.
  synchronized List<VolumeId> inExcess() {
    return List.copyOf(excess.keySet());
  }

  synchronized void forget(VolumeId id) {
    excess.remove(id);
  }

  @GuardedBy("this")
  private void charge(Volume volume) {
    if (!expanding.contains(volume.id())) {
      long bytes = Bytes.plus(volume.promisedBytes(), excess.getOrDefault(volume.id(), 0L));
      ledger.charge(volume.id(), bytes, volume.content().shape().provisioning());
    }
  }

  /// @param bytes less than 0 for what is shared no longer
  @GuardedBy("this")
  private void allow(VolumeId origin, long bytes) {
    allowed.merge(
        origin,
        Math.max(0, bytes),
        (had, _) -> bytes < 0 ? Bytes.minus(had, -bytes) : Bytes.plus(had, bytes));
    allowed.remove(origin, 0L);
  }
}
