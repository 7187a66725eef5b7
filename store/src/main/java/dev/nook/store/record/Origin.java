package dev.nook.store.record;

import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Bytes;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Share;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.util.List;
import java.util.stream.Stream;

/// The source of a copy: a volume, or a snapshot, which nobody writes.
///
/// @param sizeBytes the least size of a volume that is made from it
/// @param sharedBytes the most of what it holds that counts to the quotas of other volumes
/// @param shares which volumes those are
public record Origin(
    StoredId id, Home home, Content content, long sizeBytes, long sharedBytes, List<Share> shares) {
  public static Origin of(Volume volume, Layout layout) {
    return new Origin(
        volume.id(),
        layout.volume(volume.id()),
        volume.content(),
        volume.capacityBytes(),
        Bytes.minus(volume.promisedBytes(), volume.capacityBytes()),
        volume.shares());
  }

  public static Origin of(Snapshot snapshot, Layout layout) {
    return new Origin(
        snapshot.id(),
        layout.snapshot(snapshot.id()),
        snapshot.content(),
        snapshot.sizeBytes(),
        snapshot.chargedBytes(),
        snapshot.shares());
  }

  /// Returns this origin with other shares.
  public Origin withShares(List<Share> described) {
    long bytes = Bytes.sum(described.stream().mapToLong(Share::bytes));
    return new Origin(id, home, content, sizeBytes, bytes, described);
  }

  /// Returns the volumes to whose quotas it counts what a copy holds of this; none where bytes are
  /// not counted.
  ///
  /// @param bytes what the copy holds of it
  public List<Share> countedTo(long bytes) {
    if (!content.enforced()) {
      return List.of();
    }
    return switch (id) {
      case SnapshotId _ -> shares;
      case VolumeId volume ->
          Stream.concat(
                  Stream.of(new Share(volume, Bytes.minus(bytes, sharedBytes))), shares.stream())
              .toList();
    };
  }
}
