package dev.nook.store.space.policy;

import dev.nook.linux.fs.Disk;
import dev.nook.store.record.Home;
import java.io.IOException;
import java.util.Optional;

/// Looks at the image in a home.
final class ImageFile {
  private ImageFile() {}

  static Optional<Disk.Stat> stat(Disk disk, Home home) throws IOException {
    return disk.stat(home.image()).filter(stat -> stat.kind() == Disk.Kind.FILE);
  }
}
