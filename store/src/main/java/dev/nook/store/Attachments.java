package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Attachment;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Attaches volumes to this node, for NodeStageVolume and NodeUnstageVolume.
public interface Attachments extends VolumeLookup {
  /// Attaches and verifies a volume; returns the same attachment when it is already attached.
  /// Throws `NotReady`, and writes nothing, when what is there is not what was recorded.
  ///
  /// @param volume as [#get] has just returned it
  Attachment attach(Volume volume) throws StorageException, IOException;

  /// Detaches a volume. Does nothing when it is absent, unknown or not attached. Throws `NotReady`,
  /// naming the holder, while it is in use. Needs no record.
  void detach(VolumeId id) throws StorageException, IOException;
}
