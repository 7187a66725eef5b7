package dev.nook.store.loop;

import dev.nook.linux.extent.Extent;
import java.util.List;

/// Compares two files by their extents in one range.
final class ExtentComparison {
  private final List<Extent> before;
  private final List<Extent> after;
  private int ofBefore;
  private int ofAfter;

  ExtentComparison(List<Extent> before, List<Extent> after) {
    this.before = before;
    this.after = after;
  }

  /// Adds every range in which the files may differ: where one has an extent and the other has
  /// none, or one in another place.
  void differences(RangeList ranges) {
    long at = 0;
    while (ofBefore < before.size() || ofAfter < after.size()) {
      long here = Math.max(at, Math.min(beginning(before, ofBefore), beginning(after, ofAfter)));
      long end = Math.min(nextEdge(before, ofBefore, here), nextEdge(after, ofAfter, here));
      if (!isSame(here, end)) {
        ranges.add(here, end);
      }
      at = end;
      ofBefore += passed(before, ofBefore, at);
      ofAfter += passed(after, ofAfter, at);
    }
  }

  private static long beginning(List<Extent> extents, int index) {
    return index < extents.size() ? extents.get(index).at() : Long.MAX_VALUE;
  }

  /// Returns where the extent or hole ends that a file has at an offset.
  private static long nextEdge(List<Extent> extents, int index, long at) {
    long begin = beginning(extents, index);
    return begin > at ? begin : extents.get(index).end();
  }

  private static int passed(List<Extent> extents, int index, long at) {
    return index < extents.size() && extents.get(index).end() <= at ? 1 : 0;
  }

  private boolean isSame(long from, long to) {
    return beginning(before, ofBefore) <= from
        && beginning(after, ofAfter) <= from
        && place(before.get(ofBefore), from, to) != Extent.UNKNOWN
        && place(before.get(ofBefore), from, to) == place(after.get(ofAfter), from, to);
  }

  private static long place(Extent extent, long from, long to) {
    return extent.within(from, to).place();
  }
}
