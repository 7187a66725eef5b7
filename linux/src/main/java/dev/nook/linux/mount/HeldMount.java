package dev.nook.linux.mount;

import dev.nook.linux.fs.FileSystems;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The root of a mount, held open: whatever happens to the path that led there, this stays the same
/// mount, and until it is closed its number is given to no other. Holding it asks nothing of the
/// filesystem, which may be dead. [Mounts#unmount] waits a moment for whoever holds one.
public interface HeldMount extends Closeable {
  /// What the mount table says of it; empty when it has left this namespace.
  Optional<Mounts.Entry> entry() throws IOException;

  /// What the filesystem says of its room.
  FileSystems.Usage usage() throws IOException;

  /// A path that leads to this root while it is held.
  Path path();
}
