package dev.nook.store.space;

import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Share;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Charges what was deleted until it is gone: what is still allocated to it where that is counted,
/// and otherwise what it was charged while it stood. What a copy shares that counts to the quota of
/// a volume is charged to that volume for as long as the volume stands.
public final class TrashCharges {
  private final Policies policies;
  private final Ledger ledger;
  private final QuotaLimits limits;
  private final PinnedExtents pinned;

  public TrashCharges(Policies policies, Ledger ledger, QuotaLimits limits, PinnedExtents pinned) {
    this.policies = policies;
    this.ledger = ledger;
    this.limits = limits;
    this.pinned = pinned;
  }

  /// Turns the charge of what stood into that of an entry of the trash.
  ///
  /// @param shares what it shares that counts towards the quotas of others
  public void discarded(StoredId id, Home entry, List<Share> shares) {
    Optional<Long> allocated = allocated(id, entry);
    long orphaned = limits.dropped(shares);
    Optional<Long> bytes =
        switch (id) {
          case VolumeId _ -> allocated.map(held -> Bytes.plus(held, orphaned));
          case SnapshotId _ -> shares.isEmpty() ? Optional.empty() : Optional.of(orphaned);
        };
    ledger.discard(id, Entry.of(entry), bytes);
  }

  /// A disk that cannot say what an entry holds does not keep a volume from being deleted. A
  /// snapshot holds what it was charged.
  private Optional<Long> allocated(StoredId id, Home entry) {
    try {
      return switch (id) {
        case VolumeId _ -> policies.allocatedBytes(entry);
        case SnapshotId _ -> Optional.empty();
      };
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// Charges what a failed call may have left in `staging/` what was claimed for it.
  public void failed(Home staged, long bytes) {
    ledger.chargeTrash(Entry.of(staged), bytes);
  }

  /// Charges a volume that was found in the trash.
  ///
  /// @param recorded empty where its record cannot be read
  /// @param orphanedBytes what it shares that counts to no volume that stands
  public void found(Home entry, Optional<Volume> recorded, long orphanedBytes) throws IOException {
    Optional<Long> allocated = policies.allocatedBytes(entry);
    if (allocated.isPresent()) {
      ledger.chargeTrash(Entry.of(entry), Bytes.plus(allocated.get(), orphanedBytes));
    } else {
      long bytes = recorded.map(Volume::promisedBytes).orElse(0L);
      Provisioning provisioning =
          recorded.map(volume -> volume.content().shape().provisioning()).orElse(Provisioning.THIN);
      ledger.chargeTrash(Entry.of(entry), bytes, provisioning);
    }
  }

  /// Charges a snapshot that was found in the trash.
  ///
  /// @param orphanedBytes what it shares that counts to no volume that stands
  public void found(Home entry, Snapshot recorded, long orphanedBytes) {
    ledger.chargeTrash(
        Entry.of(entry), recorded.shares().isEmpty() ? recorded.chargedBytes() : orphanedBytes);
  }

  /// Sets aside what a template holds that was found in the trash, until it is gone.
  public void foundTemplate(Home entry) throws IOException {
    ledger.setTemplate(Entry.of(entry), policies.allocatedBytes(entry).orElse(0L));
  }

  /// Ends the charge of an entry that is gone, as soon as what it has left to others is charged to
  /// them.
  public void removed(Home entry) {
    pinned.removed(Entry.of(entry));
  }

  /// Ends the charges of what is gone and has left something to others.
  public void settle() throws IOException {
    pinned.settle();
  }
}
