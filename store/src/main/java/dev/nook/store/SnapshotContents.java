package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import java.io.IOException;

/// Opens snapshots for reading, to copy their bytes elsewhere or to compare two of them.
public interface SnapshotContents {
  /// Opens a snapshot. Throws `NotFound`; `NotReady` when its record cannot be trusted;
  /// `InvalidArgument` for a snapshot of a directory.
  SnapshotReader read(SnapshotId id) throws StorageException, IOException;
}
