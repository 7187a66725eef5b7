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

  /// What the copies of a volume are charged for bytes that count towards its quota.
  @GuardedBy("this")
  private final Map<VolumeId, Long> allowed = new HashMap<>();

  /// How much a volume's limit may exceed its size and what its copies are charged.
  @GuardedBy("this")
  private final Map<VolumeId, Long> excess = new HashMap<>();

  /// Volumes that are being expanded; the expansion charges them.
  @GuardedBy("this")
  private final Set<VolumeId> expanding = new HashSet<>();

  QuotaSums(Standing volumes, Ledger ledger) {
    this.volumes = volumes;
    this.ledger = ledger;
  }

  /// Returns by how many bytes a volume's limit exceeds its size.
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

  /// Notes the shares of an existing copy.
  synchronized void found(List<Share> shares) {
    for (Share share : shares) {
      allow(share.volume(), share.bytes());
      excess.merge(share.volume(), 0L, (more, _) -> Bytes.minus(more, share.bytes()));
      volumes.known(share.volume()).ifPresent(this::charge);
    }
  }

  /// Notes an existing volume and its limit.
  synchronized void found(Volume volume, long limitBytes) {
    if (volume.content().enforced()) {
      excess.put(volume.id(), Bytes.minus(limitBytes, wanted(volume)));
      charge(volume);
    }
  }

  /// Notes a lowered limit; a copy that was deleted since may have left more in excess.
  synchronized void lowered(Volume volume, long limitBytes) {
    found(volume, limitBytes);
    excess.remove(volume.id(), 0L);
  }

  /// Lets a copy share this many bytes with a volume, instead of what it was allowed before.
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

  /// Does as [#drop] for all shares of a deleted copy; returns the bytes that count towards no
  /// existing volume.
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

  /// Leaves the charge of a volume to its expansion.
  synchronized void expanding(VolumeId id) {
    expanding.add(id);
  }

  /// Charges a volume what its limit has become.
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

  /// @param bytes negative for what is no longer shared
  @GuardedBy("this")
  private void allow(VolumeId origin, long bytes) {
    allowed.merge(
        origin,
        Math.max(0, bytes),
        (had, _) -> bytes < 0 ? Bytes.minus(had, -bytes) : Bytes.plus(had, bytes));
    allowed.remove(origin, 0L);
  }
}
