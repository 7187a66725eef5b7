package dev.nook.store.loop;

import dev.nook.linux.fs.Disk;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.backend.Cut;
import dev.nook.store.error.StorageException;
import dev.nook.store.record.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// A prepared copy of one image, flushed and checked.
///
/// @param writer a device through which the origin is written; empty where nobody writes it
record ImageCut(Disk disk, Origin origin, Path newImage, Optional<Path> writer) implements Cut {
  /// The mode of a snapshot's image, which nobody writes; a volume made from it has a file of its
  /// own.
  static final int READ_ONLY = 0400;

  @Override
  public void cut() throws StorageException, IOException {
    Path image = origin.home().image();
    try {
      disk.reflink(image, newImage);
    } catch (SystemCallException e) {
      if (!e.is(Errno.EOPNOTSUPP)) {
        throw e;
      }
      if (writer.isPresent()) {
        throw refused();
      }
      disk.copySparse(image, newImage);
      disk.sync(newImage); // Until then its filesystem need not have allocated what it holds.
    }
  }

  StorageException refused() {
    return new StorageException.NotReady(
        origin.id(),
        "it is in use (%s), and this pool's filesystem cannot share blocks, so a copy would not be crash-consistent; stop its pod, or keep volumes in a pool image (--pool name=path,image=SIZE)"
            .formatted(writer.map(Path::toString).orElse("")));
  }

  @Override
  public void finish() throws IOException {
    disk.chmod(newImage, READ_ONLY);
  }
}
