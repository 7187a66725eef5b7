package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Finds the volumes of this node. A call looks its volume up once and passes the result on: while
/// it holds the volume in [Operations], nobody else changes it.
public interface VolumeLookup {
  /// Reads only the volume's own record, so that it answers while pools are still being scanned.
  /// Throws `NotFound`, or `NotReady` when the record cannot be trusted.
  Volume get(VolumeId id) throws StorageException, IOException;
}
