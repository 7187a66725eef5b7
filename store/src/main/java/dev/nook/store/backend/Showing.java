package dev.nook.store.backend;

import dev.nook.linux.fs.FileSystems;
import dev.nook.linux.mount.MountView;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.SnapshotReader;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Attaches what is in a home, or opens it for reading. It asks the kernel at each call what is
/// attached and mounted.
public interface Showing {
  /// Returns what keeps a volume in use, from the kernel: a device or a mount.
  Optional<String> usedBy(VolumeId id, Home home) throws IOException;

  Attachment attach(Home home, Volume volume) throws StorageException, IOException;

  /// Whether a volume is attached, as far as is known.
  boolean isAttached(VolumeId id, Home home) throws IOException;

  /// Detaches a volume. Needs only the id: the record, and even the home, may be gone.
  ///
  /// @param unmounted whether its filesystem was just unmounted, so that no pod was shown its
  ///   device
  void detach(VolumeId id, Home home, boolean unmounted) throws StorageException, IOException;

  /// Returns every volume that the kernel shows; some may belong to another pool of this
  /// filesystem.
  Set<VolumeId> attached(MountView view) throws IOException;

  /// Returns the volumes that these mounts show; some may belong to another pool of this
  /// filesystem.
  Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException;

  /// @param shown the filesystem's usage, read at a mount of the volume
  Usage usage(Home home, Volume volume, FileSystems.Usage shown) throws IOException;

  /// Opens a snapshot for reading. Throws `InvalidArgument` where it has no blocks.
  SnapshotReader read(Home home, Snapshot snapshot) throws StorageException, IOException;
}
