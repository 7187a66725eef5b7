package dev.nook.store.space.policy;

import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Share;
import java.util.List;

/// What one volume or snapshot takes of its pool's budget, in bytes before overcommitment.
///
/// @param bytes what can come to be allocated to it
/// @param provisioning whether the pool's overcommit ratio divides the bytes
/// @param pinnedBytes what stays allocated in addition, because extents are freed as a whole; not
///   divided by the overcommit ratio
/// @param shares which of the bytes the kernel counts towards the quotas of volumes
public record Charge(long bytes, Provisioning provisioning, long pinnedBytes, List<Share> shares) {
  public Charge {
    shares = List.copyOf(shares);
  }

  public static Charge of(long bytes, Provisioning provisioning) {
    return new Charge(bytes, provisioning, 0, List.of());
  }

  public Charge withPinned(long newPinnedBytes) {
    return new Charge(bytes, provisioning, newPinnedBytes, shares);
  }

  public Charge withShares(List<Share> newShares) {
    return new Charge(bytes, provisioning, pinnedBytes, newShares);
  }

  /// Returns all that must be there for it.
  public long neededBytes() {
    return Bytes.plus(bytes, pinnedBytes);
  }

  /// Returns the larger of both in each figure, with what the second shares.
  public Charge atLeast(Charge other) {
    return new Charge(
        Math.max(bytes, other.bytes),
        provisioning,
        Math.max(pinnedBytes, other.pinnedBytes),
        other.shares);
  }
}
