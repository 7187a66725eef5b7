package dev.nook.testing.extent;

/// A part of a run, as one file shows it.
///
/// @param at where it begins in the file
/// @param offset where it begins in its run
/// @param written false where it was only allocated, and reads as zeroes
record Piece(long at, long bytes, Run run, long offset, boolean written) {
  long end() {
    return at + bytes;
  }

  long place() {
    return run.place + offset;
  }

  /// Returns the part between two offsets of the file that lie in it.
  Piece between(long from, long to) {
    return new Piece(from, to - from, run, offset + (from - at), written);
  }

  boolean goesOnIn(Piece next) {
    return end() == next.at
        && run == next.run
        && offset + bytes == next.offset
        && written == next.written;
  }

  Piece and(Piece next) {
    return new Piece(at, bytes + next.bytes, run, offset, written);
  }
}
