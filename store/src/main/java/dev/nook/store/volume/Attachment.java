package dev.nook.store.volume;

import dev.nook.linux.fs.FileSystemType;
import java.nio.file.Path;

/// What a volume can be shown from, on this node, now. A [FileSystem] has been probed and compared
/// with the volume's record first: a device that was not verified cannot be mounted, because nobody
/// above the store ever holds one.
public sealed interface Attachment {
  /// A directory to be bound.
  record Tree(Path root) implements Attachment {}

  /// A block device to be mounted.
  record FileSystem(Path device, FileSystemType type) implements Attachment {}

  /// A block device to be shown as it is.
  record Device(Path device) implements Attachment {}
}
