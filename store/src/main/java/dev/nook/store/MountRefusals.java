package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.Optional;

/// Why the filesystem of a volume is refused to be mounted: what mounting asks of its pool, and
/// what it tells it.
public interface MountRefusals {
  /// Why nothing more can be written to a volume, though it is well: its pool's filesystem is full.
  /// Empty when it is not, and where no such volume is.
  Optional<String> full(VolumeId id) throws IOException;

  /// Notes, for its health, that the filesystem of a volume is mounted, or why it was refused to
  /// be; `NotFound`.
  void mounted(VolumeId id, Optional<VolumeFault> refused) throws StorageException;
}
