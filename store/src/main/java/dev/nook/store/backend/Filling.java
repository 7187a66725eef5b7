package dev.nook.store.backend;

import dev.nook.store.error.StorageException;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.util.Optional;

/// Fills a home that it is given with the content of a volume or a snapshot, and makes what lies
/// there larger. It never names, records, renames or counts.
public interface Filling {
  /// Why this pool cannot have volumes of this shape; empty when it can.
  Optional<String> refuses(Shape shape) throws IOException;

  long minimumBytes(Shape shape);

  /// The largest volume that can be made here whatever is free: as large as the largest file of the
  /// pool's filesystem, and no larger than [CapacityRange#LARGEST].
  default long maximumBytes() throws IOException {
    return CapacityRange.LARGEST;
  }

  /// Makes, verifies and syncs the content of an empty home.
  Content create(Home home, Shape shape, long bytes) throws IOException;

  /// Prepares to fill an empty home, for reading, with what the origin holds, as a power cut would
  /// leave it; what is in use is flushed and not paused. `NotReady`, and nothing made, where that
  /// cannot be done.
  ///
  /// @param oneMoment runs once it is known that the copy is of one moment, however long it takes
  ///   and whoever shows or hides the origin meanwhile; before anything is copied, or never
  Cut prepareCut(Origin origin, Home target, Runnable oneMoment)
      throws StorageException, IOException;

  /// Makes, verifies and syncs a volume of its own, of this size, that starts with what the origin
  /// holds at this moment, in an empty home; `NotReady`, and `oneMoment` runs, as [#prepareCut].
  Content restore(Origin origin, Home target, long bytes, Runnable oneMoment)
      throws StorageException, IOException;

  /// Makes the content larger, synced; what is attached shows the new size. Never smaller.
  void expand(Home home, Content content, long bytes) throws IOException;

  /// The size that lies here, which is more than the recorded one where a growth was cut off
  /// between content and record: writers may have filled it, so that what is copied or grown has it
  /// at least.
  default long sizeBytes(Home home, long recordedBytes) throws IOException {
    return recordedBytes;
  }

  /// How new volumes can start from a template; empty where none does.
  default Optional<Templating> templating() {
    return Optional.empty();
  }

  /// How a volume is mended; empty where volumes have no filesystem of their own.
  default Optional<Mending> mending() {
    return Optional.empty();
  }
}
