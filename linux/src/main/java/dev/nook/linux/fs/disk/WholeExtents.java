package dev.nook.linux.fs.disk;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Fd;
import dev.nook.linux.syscall.SystemCallException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Adds up what one file on btrfs holds. btrfs frees an extent when no file has a part of it any
/// more; until then all of it is allocated.
final class WholeExtents {
  private final Set<Long> met = new HashSet<>();
  private long bytes;
  private long shownBytes;
  private long next;

  private WholeExtents() {}

  /// Measures a file, which may be written meanwhile: extents that it does not share stay in place
  /// and are counted exactly.
  static Disk.Holding of(Fd file) throws SystemCallException {
    var extents = new WholeExtents();
    List<BtrfsFileExtent> items = BtrfsFileExtent.of(file, 0);
    while (!items.isEmpty()) {
      items.forEach(extents::add);
      items = BtrfsFileExtent.of(file, extents.next);
    }
    return new Disk.Holding(extents.bytes, extents.shownBytes);
  }

  private void add(BtrfsFileExtent item) {
    long end = item.at() + item.bytes();
    if (item.extent().isPresent()) {
      bytes += met.add(item.extent().getAsLong()) ? item.extentBytes() : 0;
      shownBytes += end - Math.max(item.at(), next);
    }
    next = Math.max(end, item.at() + 1);
  }
}
