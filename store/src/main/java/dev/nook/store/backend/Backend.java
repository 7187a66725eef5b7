package dev.nook.store.backend;

import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.SnapshotReader;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Fills a home that it is given, and shows what is in it. It never names, records, renames or
/// counts; it asks the kernel and remembers nothing.
public interface Backend {
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

  /// How new volumes can start from a template; empty where none does.
  default Optional<Templating> templating() {
    return Optional.empty();
  }

  /// How a volume is mended; empty where volumes have no filesystem of their own.
  default Optional<Mending> mending() {
    return Optional.empty();
  }

  /// Fills an empty home with what the origin holds at this moment, as a power cut would leave it,
  /// synced; what is in use is not paused. `NotReady`, and nothing made, where that cannot be done.
  ///
  /// @param oneMoment runs once it is known that the copy is of one moment, however long it takes
  ///   and whoever shows or hides the origin meanwhile; before anything is copied, or never
  void cut(Origin origin, Home target, Runnable oneMoment) throws StorageException, IOException;

  /// Makes, verifies and syncs a volume of its own, of this size, that starts with what the origin
  /// holds at this moment, in an empty home; `NotReady`, and `oneMoment` runs, as [#cut].
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

  /// Opens a snapshot that lies here for reading; `InvalidArgument` where it has no blocks.
  SnapshotReader read(Home home, Snapshot snapshot) throws StorageException, IOException;

  /// In how many pieces it lies on disk; empty where it is not one file. Copies take time by this.
  Optional<Long> extents(Home home) throws IOException;

  /// Holds what writers nest in volumes to the sizes of those, where they can escape them.
  ///
  /// @param from what the last call has returned; at first 0
  default long confine(long from) throws IOException {
    return from;
  }

  /// Notices whatever is made on the pool's filesystem; empty where nothing escapes.
  default Optional<Subvolumes.Watch> watch() throws IOException {
    return Optional.empty();
  }

  /// What keeps a volume in use, as the kernel says: a device or a mount, by name.
  Optional<String> usedBy(VolumeId id, Home home) throws IOException;

  Attachment attach(Home home, Volume volume) throws StorageException, IOException;

  /// Needs the id alone: the record, and even the home, may be gone.
  void detach(VolumeId id, Home home) throws StorageException, IOException;

  /// Looks at what the kernel has now of this pool, for calls that must not wait for its disk; for
  /// the thread that may.
  ///
  /// @param here whether the pool's path shows the pool, and not what is mounted over it
  default void look(boolean here) throws IOException {}

  /// What is wrong with a volume, as far as looking tells; nothing when it is well.
  List<VolumeFault> faults(Home home, Volume volume, MountView view) throws IOException;

  /// Every volume that the kernel shows; some may belong to another pool of this filesystem.
  Set<VolumeId> attached(MountView view) throws IOException;

  /// Which volumes these mounts show; some may belong to another pool of this filesystem.
  Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException;

  /// @param shown what the filesystem says at a mount of the volume
  Usage usage(Home home, Volume volume, FileSystems.Usage shown) throws IOException;

  /// Releases what removing the files alone would not, before they are removed; a home without
  /// content of this backend is fine.
  void dismantle(Home home) throws IOException;

  /// Hurries the kernel to give back what was dismantled, and tidies up after it; once after many
  /// is enough.
  void reclaim() throws IOException;

  /// Whether what was dismantled may still hold space, or keep what others write over.
  boolean isGivingBack() throws IOException;
}
