package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Attaches volumes to this node: what NodeStageVolume and NodeUnstageVolume ask for.
public interface Attachments extends VolumeLookup {
  /// Attaches and verifies; the same attachment when it is attached already. `NotReady`, and not a
  /// byte written, when what is there is not what was recorded.
  ///
  /// @param volume as [#get] has just answered it
  Attachment attach(Volume volume) throws StorageException, IOException;

  /// Absent, unknown and not attached are fine; `NotReady` naming the holder while it is in use.
  /// Needs no record.
  void detach(VolumeId id) throws StorageException, IOException;
}
