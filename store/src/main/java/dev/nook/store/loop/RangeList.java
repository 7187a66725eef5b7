package dev.nook.store.loop;

import dev.nook.store.Ranges;
import dev.nook.store.Ranges.Range;
import java.util.ArrayList;
import java.util.List;

/// Collects ranges in ascending order and joins those that touch.
final class RangeList {
  private final int most;
  private final List<Range> ranges = new ArrayList<>();

  RangeList(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("at least one range must be asked for");
    }
    this.most = most;
  }

  /// Adds a range that does not begin before the last one.
  void add(long from, long to) {
    if (!ranges.isEmpty() && ranges.getLast().end() >= from) {
      Range last = ranges.removeLast();
      ranges.add(new Range(last.at(), Math.max(last.end(), to) - last.at()));
    } else if (from < to) {
      ranges.add(new Range(from, to - from));
    }
  }

  /// Whether one more range has been found than was asked for, so that the last of those is whole.
  boolean isFull() {
    return ranges.size() > most;
  }

  /// Returns the requested ranges before an offset.
  Ranges upTo(long end) {
    return isFull()
        ? new Ranges(ranges.subList(0, most), ranges.get(most).at())
        : new Ranges(ranges, end);
  }
}
