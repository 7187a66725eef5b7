package dev.nook.testing.fake;

import dev.nook.linux.mount.Mounts;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/// One mount of the fake kernel.
final class Mount {
  final int id;
  final int parentId;
  final Superblock superblock;
  final Path mountPoint;
  final List<String> flags;
  final List<String> superFlags;

  /// The real file or folder that is shown.
  Path shown;

  /// How many descriptors, locks, loop devices and test hooks keep it busy.
  int opens;

  Mount(
      int id,
      int parentId,
      Superblock superblock,
      Path shown,
      Path mountPoint,
      List<String> flags,
      List<String> superFlags) {
    this.id = id;
    this.parentId = parentId;
    this.superblock = superblock;
    this.shown = shown;
    this.mountPoint = mountPoint;
    this.flags = flags;
    this.superFlags = superFlags;
  }

  boolean readOnly() {
    return flags.contains("ro") || superFlags.contains("ro");
  }

  Path real(Path path) {
    if (mountPoint.equals(shown)) {
      return path;
    }
    Path rest = mountPoint.relativize(path);
    return rest.toString().isEmpty() ? shown : shown.resolve(rest);
  }

  Mounts.Entry entry() {
    Path root = Path.of("/").resolve(superblock.folder.relativize(shown));
    boolean deleted = !Files.exists(shown, LinkOption.NOFOLLOW_LINKS);
    return new Mounts.Entry(
        id,
        parentId,
        superblock.device(),
        deleted ? root + "//deleted" : root.toString(),
        mountPoint,
        flags,
        superblock.fsType,
        superblock.source,
        superFlags);
  }
}
