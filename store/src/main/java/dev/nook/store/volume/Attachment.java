package dev.nook.store.volume;

import dev.nook.linux.fs.FileSystemType;
import java.nio.file.Path;

/// What a volume can be mounted or bound from, on this node, now. A [FileSystem] has been probed
/// and compared with the volume's record; code above the store gets no device that is not verified.
public sealed interface Attachment {
  /// A directory to be bound.
  record Tree(Path root) implements Attachment {}

  /// A block device to be mounted.
  record FileSystem(Path device, FileSystemType type) implements Attachment {}

  /// A block device to be bound as it is.
  record Device(Path device) implements Attachment {}
}
