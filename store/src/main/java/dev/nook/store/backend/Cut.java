package dev.nook.store.backend;

import dev.nook.store.error.StorageException;
import java.io.IOException;

/// A prepared point-in-time copy of an origin: what was acknowledged to writers before is on disk,
/// and everything that could refuse the copy has been checked.
public interface Cut {
  /// Copies the origin as it is now into the empty home: by one system call (reflink or snapshot)
  /// where the filesystem shares blocks, elsewhere by a full copy of what nobody writes. Throws
  /// `NotReady` where that is not possible.
  void cut() throws StorageException, IOException;

  /// Verifies that the copy is point-in-time; [Filling#sync] makes it durable.
  void finish() throws StorageException, IOException;
}
