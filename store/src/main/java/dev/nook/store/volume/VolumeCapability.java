package dev.nook.store.volume;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import java.util.Optional;

/// How a CO wants to use a volume.
public record VolumeCapability(Access access, AccessMode mode) {
  public sealed interface Access {
    record Block() implements Access {}

    /// @param type empty: whichever filesystem the volume has
    record Mount(Optional<FileSystemType> type, MountFlags flags) implements Access {}
  }

  public boolean readOnly() {
    return mode.readOnly()
        || (access instanceof Access.Mount(var _, var flags) && flags.readOnly());
  }
}
