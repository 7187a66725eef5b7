package dev.nook.linux.extent;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// A regular file that nobody writes any more, open for reading. It can be read to its end even if
/// its name is removed meanwhile.
public interface ExtentFile extends Closeable {
  /// The file's size in bytes.
  long bytes();

  /// Returns the extents that overlap a range, in order, cut to the range and to the file. What no
  /// extent covers reads as zeroes; an extent may hold zeroes too.
  ///
  /// Two files of one filesystem hold the same bytes wherever their extents have the same known
  /// place at the same offset. The filesystem may move extents at any time (defragmentation,
  /// balance), which changes places and no bytes.
  List<Extent> extents(long from, long to) throws IOException;

  /// Reads bytes from an offset on into a buffer; returns how many, 0 at the end of the file.
  int read(long at, ByteBuffer into) throws IOException;
}
