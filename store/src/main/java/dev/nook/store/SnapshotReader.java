package dev.nook.store;

import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Snapshot;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/// One snapshot, open for reading: what is in it, where it differs from another one of its volume,
/// and its bytes. A snapshot that is deleted meanwhile can be read until it is closed.
///
/// Every answer stays true, because nobody writes a snapshot. An answer may name more than it has
/// to (blocks of zeroes that are allocated, blocks that were written with what they held), never
/// less.
public interface SnapshotReader extends Closeable {
  Snapshot snapshot();

  /// The snapshot's size in bytes.
  long bytes();

  /// Returns ranges from an offset on outside of which everything reads as zeroes, up to `most` of
  /// them.
  Ranges allocated(long from, int most) throws IOException;

  /// Returns ranges from an offset on outside of which this snapshot and an earlier or later one of
  /// the same volume hold the same bytes, up to `most` of them. What lies past the end of the
  /// smaller one counts as zeroes there. `InvalidArgument` when the two are not of one volume.
  Ranges changedSince(SnapshotReader base, long from, int most)
      throws StorageException, IOException;

  /// Reads bytes from an offset on; returns how many, 0 at the end.
  int read(long at, ByteBuffer into) throws IOException;
}
