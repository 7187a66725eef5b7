package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import java.io.IOException;

/// Opens snapshots for reading: the one way to the bytes of a snapshot, for whatever is to take
/// them elsewhere or to tell two of them apart.
public interface SnapshotContents {
  /// `NotFound`; `NotReady` when its record cannot be trusted; `InvalidArgument` for a snapshot of
  /// a directory.
  SnapshotReader read(SnapshotId id) throws StorageException, IOException;
}
