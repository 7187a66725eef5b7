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

/// Shows what lies in a home: to the node's mounts, or for reading. It asks the kernel what is
/// shown, and each time anew.
public interface Showing {
  /// What keeps a volume in use, as the kernel says: a device or a mount, by name.
  Optional<String> usedBy(VolumeId id, Home home) throws IOException;

  Attachment attach(Home home, Volume volume) throws StorageException, IOException;

  /// Needs the id alone: the record, and even the home, may be gone.
  void detach(VolumeId id, Home home) throws StorageException, IOException;

  /// Every volume that the kernel shows; some may belong to another pool of this filesystem.
  Set<VolumeId> attached(MountView view) throws IOException;

  /// Which volumes these mounts show; some may belong to another pool of this filesystem.
  Map<Mounts.Entry, VolumeId> shownBy(MountView view, Collection<Mounts.Entry> mounts)
      throws IOException;

  /// @param shown what the filesystem says at a mount of the volume
  Usage usage(Home home, Volume volume, FileSystems.Usage shown) throws IOException;

  /// Opens a snapshot that lies here for reading; `InvalidArgument` where it has no blocks.
  SnapshotReader read(Home home, Snapshot snapshot) throws StorageException, IOException;
}
