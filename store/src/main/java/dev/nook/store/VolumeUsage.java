package dev.nook.store;

import dev.nook.linux.fs.FileSystems;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Usage;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Measures volumes, for NodeGetVolumeStats.
public interface VolumeUsage extends VolumeLookup {
  /// @param volume as [#get] has just returned it
  /// @param shown the filesystem's usage, read at a mount of this volume
  Usage usage(Volume volume, FileSystems.Usage shown) throws StorageException, IOException;
}
