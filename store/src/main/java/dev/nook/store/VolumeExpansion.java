package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Makes the bytes of volumes more: what ControllerExpandVolume and NodeExpandVolume ask for.
public interface VolumeExpansion extends VolumeLookup {
  /// Makes the bytes of a volume at least what is required, durably, and returns it as it is then;
  /// never shrinks it. `OutOfRange` with both figures when it does not fit. The filesystem on it is
  /// grown by whoever has it mounted.
  ///
  /// @param volume as [#get] has just answered it
  Volume expand(Volume volume, CapacityRange range) throws StorageException, IOException;
}
