package dev.nook.controller;

import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Volume;
import java.io.IOException;

/// Grows what this node shows of a volume that has just been expanded, in the same call, so that a
/// running pod sees its new size at once.
public interface Growth {
  /// Returns whether nothing is left for NodeExpandVolume to do.
  boolean complete(Volume volume) throws StorageException, IOException;
}
