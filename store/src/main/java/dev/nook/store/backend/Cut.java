package dev.nook.store.backend;

import dev.nook.store.error.StorageException;
import java.io.IOException;

/// A copy of an origin as it is at one moment, prepared: what was acknowledged to writers before is
/// on disk, and whatever could refuse the copy has been asked.
public interface Cut {
  /// Fixes in the empty home what the origin holds now: one system call where the filesystem shares
  /// blocks, and elsewhere a copy of what nobody writes. `NotReady` where that cannot be done.
  void cut() throws StorageException, IOException;

  /// Verifies that what was cut is of one moment, and syncs it; the directory of the home is not.
  void finish() throws StorageException, IOException;
}
