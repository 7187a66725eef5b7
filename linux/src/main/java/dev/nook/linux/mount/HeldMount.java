package dev.nook.linux.mount;

import dev.nook.linux.fs.FileSystems;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The root of a mount, held open: whatever happens to its path, this stays the same mount, and its
/// number is not reused until it is closed. Holding it asks nothing of the filesystem, which may be
/// dead. [Mounts#unmount] waits a moment for its holders.
public interface HeldMount extends Closeable {
  /// What the mount table says of it; empty when it has left this namespace.
  Optional<Mounts.Entry> entry() throws IOException;

  /// Returns the filesystem's usage.
  FileSystems.Usage usage() throws IOException;

  /// Returns a path that leads to this root while it is held.
  Path path();
}
