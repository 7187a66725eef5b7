package dev.nook.linux.extent;

import dev.nook.linux.fs.disk.BtrfsFileExtent;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.SystemCallException;
import java.util.List;

/// Asks btrfs for a file's extent items. FIEMAP is less exact: it merges neighbouring extents, and
/// takes time to look for sharing.
final class BtrfsExtents implements KernelExtents.Search {
  /// The most bytes of a file that one extent item covers.
  private static final long LARGEST = 256L << 20;

  private static final long FIRST_STEP_BACK = 4096;
  private static final int STEP_GROWTH = 16;

  @Override
  public void extents(Fd file, long from, long to, List<Extent> into) throws SystemCallException {
    long at = beginning(file, from);
    while (at < to) {
      List<BtrfsFileExtent> items = BtrfsFileExtent.of(file, at);
      if (items.isEmpty()) {
        return;
      }
      items.stream()
          .filter(BtrfsFileExtent::holdsData)
          .map(item -> new Extent(item.at(), item.bytes(), item.place().orElse(Extent.UNKNOWN)))
          .forEach(into::add);
      at = items.getLast().at() + 1;
    }
  }

  /// Returns an offset from which a search finds the item that covers `from`: items are found by
  /// where they begin.
  private static long beginning(Fd file, long from) throws SystemCallException {
    for (long back = FIRST_STEP_BACK; back < LARGEST; back *= STEP_GROWTH) {
      long at = Math.max(0, from - back);
      List<BtrfsFileExtent> items = BtrfsFileExtent.of(file, at);
      if (!items.isEmpty() && items.getFirst().at() <= from) {
        return at;
      }
    }
    return Math.max(0, from - LARGEST);
  }
}
