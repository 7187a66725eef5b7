package dev.nook.linux.extent;

/// Bytes of a file that are contiguous on its filesystem.
///
/// @param at where they begin in the file
/// @param bytes how many they are
/// @param place where they lie on the filesystem, or [#UNKNOWN] where that does not identify them:
///   compressed, stored inside metadata, or not written yet
public record Extent(long at, long bytes, long place) {
  public static final long UNKNOWN = -1;

  public long end() {
    return at + bytes;
  }

  /// Returns the part of this extent that lies in a range, which it must overlap.
  public Extent within(long from, long to) {
    long begin = Math.max(at, from);
    long shifted = place == UNKNOWN ? UNKNOWN : place + (begin - at);
    return new Extent(begin, Math.min(end(), to) - begin, shifted);
  }
}
