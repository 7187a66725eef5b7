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

  /// Whether a volume is attached, as far as is known: a device that somebody else attached is
  /// known once it has been looked at. Asks the volume's own device, and no other.
  boolean isAttached(VolumeId id) throws IOException;

  /// Detaches a volume. Does nothing when it is absent, unknown or not attached. Throws `NotReady`,
  /// naming the holder, while it is in use. Needs no record.
  default void detach(VolumeId id) throws StorageException, IOException {
    detach(id, false);
  }

  /// Detaches a volume like [#detach(VolumeId)].
  ///
  /// @param unmounted whether the caller has just unmounted the filesystem on its device: then no
  ///   pod was shown the device itself, and its mounts are not looked for among all of the host
  void detach(VolumeId id, boolean unmounted) throws StorageException, IOException;
}
