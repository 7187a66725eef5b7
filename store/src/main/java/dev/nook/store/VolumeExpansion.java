package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Expands volumes, for ControllerExpandVolume and NodeExpandVolume.
public interface VolumeExpansion extends VolumeLookup {
  /// Expands a volume to at least the required bytes, durably, and returns it; does not shrink it.
  /// Throws `OutOfRange`, with both figures, when it does not fit. The filesystem on it is grown
  /// where it is mounted.
  ///
  /// @param volume as [#get] has just returned it
  Volume expand(Volume volume, CapacityRange range) throws StorageException, IOException;
}
