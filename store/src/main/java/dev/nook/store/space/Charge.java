package dev.nook.store.space;

import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Share;
import java.util.List;

/// What one volume or snapshot takes of its pool's budget.
///
/// @param bytes what can come to be allocated to it, before overcommitment
/// @param provisioning whether the pool's overcommit ratio divides the bytes
/// @param pinnedBytes what stays allocated beside them, counted in full, because extents are freed
///   as a whole
/// @param shares which of the bytes the kernel counts to the quotas of volumes
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

  /// All that must be there for it, before overcommitment.
  public long neededBytes() {
    return Bytes.plus(bytes, pinnedBytes);
  }

  /// As much as both, of each the larger; what the second shares.
  Charge atLeast(Charge other) {
    return new Charge(
        Math.max(bytes, other.bytes),
        provisioning,
        Math.max(pinnedBytes, other.pinnedBytes),
        other.shares);
  }
}
