package dev.nook.store.pool;

import dev.nook.store.Content;
import dev.nook.store.Snapshot;
import dev.nook.store.StoredId;
import dev.nook.store.Volume;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;

/// What a copy is made of: a volume, or a snapshot, which nobody writes.
///
/// @param sizeBytes the least that a volume made from it has
/// @param sharedBytes of what it holds, the most that counts to others
public record Origin(StoredId id, Home home, Content content, long sizeBytes, long sharedBytes) {
  static Origin of(Volume volume, Layout layout) {
    return new Origin(
        volume.id(),
        layout.volume(volume.id()),
        volume.content(),
        volume.capacityBytes(),
        volume.promisedBytes() - volume.capacityBytes());
  }

  static Origin of(Snapshot snapshot, Layout layout) {
    return new Origin(
        snapshot.id(),
        layout.snapshot(snapshot.id()),
        snapshot.content(),
        snapshot.sizeBytes(),
        snapshot.chargedBytes());
  }
}
