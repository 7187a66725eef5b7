package dev.nook.node.mount;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.Set;

/// Recognises the kernel's answers of a volume's own filesystem that has failed: read-only after an
/// error, shut down, or damaged. That is a failure of the volume, not of the host.
public final class FilesystemFault {
  private static final Set<Errno> OF_THE_VOLUME = Set.of(Errno.EIO, Errno.EROFS, Errno.EUCLEAN);

  /// A step at a mount of a volume.
  public interface Step {
    void run() throws StorageException, IOException;
  }

  private FilesystemFault() {}

  /// @param what the step would do to the volume, such as "be shown"
  public static void named(VolumeId id, String what, Step step)
      throws StorageException, IOException {
    try {
      step.run();
    } catch (SystemCallException e) {
      if (OF_THE_VOLUME.contains(e.errno())) {
        throw new StorageException.NotReady(
            id,
            "its filesystem has failed and cannot %s; end its pods, so that it is mounted again: %s"
                .formatted(what, e.getMessage()));
      }
      throw e;
    }
  }
}
