package dev.nook.store.space;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.space.policy.Charge;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// What a use case asks about the space of its pool: a [Claim] for the most that something can come
/// to, and what it has come to.
public record Space(
    Ledger ledger, Policies policies, Claims claims, QuotaLimits limits, PinnedExtents pinned) {
  /// Claims what a volume is charged that starts empty; `Exhausted` when that is not there.
  public Claim forNew(VolumeId id, long bytes, Provisioning provisioning)
      throws StorageException, IOException {
    return claims.claim(id, Charge.of(bytes, provisioning));
  }

  /// Claims the worst case of a volume of this size that is made from an origin now. Throws
  /// `Exhausted` when that is not available.
  public Claim forCopy(VolumeId id, long bytes, Origin origin)
      throws StorageException, IOException {
    pinned.copying();
    return claims.claim(id, policies.of(origin.content()).restored(origin, bytes));
  }

  /// Claims the worst case of a snapshot that is cut now. Throws `Exhausted` when that is not
  /// available.
  public Claim forCut(SnapshotId id, Origin origin) throws StorageException, IOException {
    pinned.copying();
    return claims.claim(id, policies.of(origin.content()).cut(origin));
  }

  /// Claims what an expanded volume is charged beyond what it is charged now; `Exhausted` when that
  /// is not there. What it pins and what it shares do not change.
  public Claim forExpansion(Volume before, Volume expanded) throws StorageException, IOException {
    return claims.claim(before.id(), ofSize(before), ofSize(expanded));
  }

  /// Returns what a volume is charged for its size and for what it shares.
  public Charge ofSize(Volume volume) {
    return Charge.of(volume.promisedBytes(), volume.content().shape().provisioning());
  }

  /// Returns what a volume is charged that lies here.
  public Charge of(Volume volume, Home home) throws IOException {
    return policies.of(volume.content()).of(volume, home);
  }

  /// Returns what a snapshot is charged that was cut of a volume and lies here.
  public Charge ofCut(Origin origin, Home cut) throws IOException {
    return policies.of(origin.content()).ofCut(origin, cut);
  }
}
