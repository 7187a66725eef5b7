package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.Optional;

/// Exchanges what mounting and the pool need to know of each other when a volume's filesystem is
/// refused.
public interface MountRefusals {
  /// Returns why nothing more can be written to a volume because its pool's filesystem is full;
  /// empty when it is not full, and where there is no such volume.
  Optional<String> full(VolumeId id) throws IOException;

  /// Notes, for the volume's health, that its filesystem is mounted, or why the mount was refused.
  /// Throws `NotFound`.
  void mounted(VolumeId id, Optional<VolumeFault> refused) throws StorageException;
}
