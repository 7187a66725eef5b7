package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Finds the volumes of this node. Whoever works on one asks for it once and hands on what it got:
/// while a call holds a volume in [Operations], nobody else changes it.
public interface VolumeLookup {
  /// Reads the volume's own record, nothing else, so that it answers while pools are still scanned.
  /// `NotFound`; `NotReady` when its record cannot be trusted.
  Volume get(VolumeId id) throws StorageException, IOException;
}
