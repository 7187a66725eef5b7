package dev.nook.linux.extent;

import java.io.IOException;
import java.nio.file.Path;

/// Opens files to read where their bytes lie.
public interface Extents {
  /// Opens a regular file: ENOENT, EISDIR for a directory, ELOOP for a link, EINVAL for anything
  /// else.
  ExtentFile open(Path file) throws IOException;
}
