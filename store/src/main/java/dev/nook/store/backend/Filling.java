package dev.nook.store.backend;

import dev.nook.store.error.StorageException;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import java.io.IOException;
import java.util.Optional;

/// Fills homes with the content of volumes and snapshots, and expands it. It does not name, record,
/// rename or count.
public interface Filling {
  /// Returns why this pool cannot have volumes of this shape; empty when it can.
  Optional<String> refuses(Shape shape) throws IOException;

  long minimumBytes(Shape shape);

  /// Returns the bytes of the largest volume that can be made here, whatever is free: those of the
  /// largest file of the pool's filesystem, at most [CapacityRange#LARGEST].
  default long maximumBytes() throws IOException {
    return CapacityRange.LARGEST;
  }

  /// Makes and verifies the content of an empty home, which [#sync] makes durable.
  Content create(Home home, Shape shape, long bytes) throws IOException;

  /// Prepares to fill an empty home, for reading, with what the origin holds, as a power cut would
  /// leave it; what is in use is flushed and not paused. `NotReady`, and nothing made, where that
  /// cannot be done.
  ///
  /// @param oneMoment runs before anything is copied, if the copy is point-in-time even when the
  ///   origin is staged or unstaged meanwhile
  Cut prepareCut(Origin origin, Home target, Runnable oneMoment)
      throws StorageException, IOException;

  /// Makes and verifies a volume of its own, of this size, that starts with what the origin holds
  /// at this moment, in an empty home; [#sync] makes it durable. `NotReady`, and `oneMoment` runs,
  /// as [#prepareCut].
  Content restore(Origin origin, Home target, long bytes, Runnable oneMoment)
      throws StorageException, IOException;

  /// Syncs what [#create], [#restore] or a [Cut] has put into a home, but not the directory that
  /// names it.
  void sync(Home home) throws IOException;

  /// Expands the content, synced; attached devices show the new size. Does not shrink it.
  void expand(Home home, Content content, long bytes) throws IOException;

  /// Returns the size of the content, which exceeds the recorded one where an expansion was cut off
  /// between content and record: writers may have filled it, so copies and expansions have at least
  /// this size.
  default long sizeBytes(Home home, long recordedBytes) throws IOException {
    return recordedBytes;
  }

  /// Returns how new volumes start from a template; empty where they do not.
  default Optional<Templating> templating() {
    return Optional.empty();
  }

  /// Returns how volumes are mended; empty where they have no filesystem of their own.
  default Optional<Mending> mending() {
    return Optional.empty();
  }
}
