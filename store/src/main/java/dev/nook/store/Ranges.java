package dev.nook.store;

import java.util.List;

/// A part of an answer about a snapshot's bytes.
///
/// @param ranges in order, none touching the next
/// @param next the offset from which to ask on; the snapshot's size when all is said
public record Ranges(List<Range> ranges, long next) {
  /// @param at the offset of the first byte
  public record Range(long at, long bytes) {
    public long end() {
      return at + bytes;
    }
  }

  public Ranges {
    ranges = List.copyOf(ranges);
  }
}
