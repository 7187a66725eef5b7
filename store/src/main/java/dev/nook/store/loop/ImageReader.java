package dev.nook.store.loop;

import dev.nook.linux.extent.Extent;
import dev.nook.linux.extent.ExtentFile;
import dev.nook.store.Ranges;
import dev.nook.store.SnapshotReader;
import dev.nook.store.error.StorageException;
import dev.nook.store.volume.Snapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// Reads the open image of a snapshot. Extents are asked for one window after the other, so that
/// memory does not grow with the image or its number of extents.
record ImageReader(Snapshot snapshot, ExtentFile image) implements SnapshotReader {
  /// The bytes of one window, which have at most 65,536 extents of one block.
  static final long WINDOW_BYTES = 256L << 20;

  private interface Window {
    /// Adds the ranges that lie in a window and are to be returned.
    void add(long from, long to, RangeList ranges) throws IOException;
  }

  @Override
  public long bytes() {
    return image.bytes();
  }

  @Override
  public Ranges allocated(long from, int most) throws IOException {
    return windows(
        from, most, (at, to, ranges) -> image.extents(at, to).forEach(e -> add(e, ranges)));
  }

  @Override
  public Ranges changedSince(SnapshotReader base, long from, int most)
      throws StorageException, IOException {
    if (!base.snapshot().source().equals(snapshot.source())
        || !(base instanceof ImageReader(var _, var before))) {
      throw new StorageException.InvalidArgument(
          "base_snapshot_id",
          "%s is a snapshot of volume %s, but %s is a snapshot of volume %s; only snapshots of the same volume can be compared"
              .formatted(
                  base.snapshot().id(),
                  base.snapshot().source(),
                  snapshot.id(),
                  snapshot.source()));
    }
    return windows(from, most, (at, to, ranges) -> compare(before, at, to, ranges));
  }

  /// Adds the ranges of a window in which both images may differ. The filesystem may move extents
  /// between two questions, and put others where they were, so the base is asked before and after:
  /// if it has not moved, a place that both have is the same block.
  private void compare(ExtentFile before, long from, long to, RangeList ranges) throws IOException {
    List<Extent> base = before.extents(from, to);
    List<Extent> mine = image.extents(from, to);
    if (base.equals(before.extents(from, to))) {
      new ExtentComparison(base, mine).differences(ranges);
    } else {
      ranges.add(from, to);
    }
  }

  private Ranges windows(long from, int most, Window window) throws IOException {
    RangeList ranges = new RangeList(most);
    for (long at = from; at < bytes(); at += WINDOW_BYTES) {
      long end = Math.min(bytes(), at + WINDOW_BYTES);
      window.add(at, end, ranges);
      if (ranges.isFull()) {
        return ranges.upTo(end);
      }
    }
    return ranges.upTo(bytes());
  }

  private static void add(Extent extent, RangeList ranges) {
    ranges.add(extent.at(), extent.end());
  }

  @Override
  public int read(long at, ByteBuffer into) throws IOException {
    return image.read(at, into);
  }

  @Override
  public void close() throws IOException {
    image.close();
  }
}
