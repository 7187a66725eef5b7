package dev.nook.store.space;

import dev.nook.store.id.StoredId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.space.policy.Policies;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Charges what a pool holds when it is opened, as the disk and the records say.
///
/// @param trash the charges of the trash
public record RecoveredSpace(
    Layout layout,
    Policies policies,
    Ledger ledger,
    QuotaLimits limits,
    PinnedExtents pinned,
    TrashCharges trash) {
  /// Charges a volume that stands. An expansion that was cut off may have left more bytes than the
  /// record says: they can be written, so they are charged.
  public void found(Volume volume) throws IOException {
    Home home = layout.volume(volume.id());
    long limit = Math.max(volume.capacityBytes(), limitBytes(home));
    if (volume.content().enforced()) {
      limits.found(volume.shares());
      limits.found(volume, limit);
    } else {
      ledger.charge(volume.id(), limit, volume.content().shape().provisioning());
    }
  }

  /// Charges what a volume pins that was found, and that the catalogue knows by now.
  public void measure(Volume volume) throws IOException {
    pinned.measure(volume);
  }

  /// Charges a snapshot that stands.
  public void found(Snapshot snapshot) {
    pinned.copying();
    ledger.charge(snapshot.id(), snapshot.chargedBytes(), Provisioning.THICK);
    limits.found(snapshot.shares());
  }

  /// Charges in full what cannot be read: whether it was thin is not known.
  public void quarantined(StoredId id, long bytes) {
    ledger.charge(id, bytes, Provisioning.THICK);
  }

  /// Notes that images may share extents from now on.
  public void copying() {
    pinned.copying();
  }

  /// Returns the most that can be allocated to what lies here.
  public long limitBytes(Home home) throws IOException {
    return policies.limitBytes(home).orElse(0L);
  }
}
