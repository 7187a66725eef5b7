package dev.nook.node;

import dev.nook.store.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The directory in which kubelet chooses the paths of mounts: which paths may be used at all, and
/// which of them the CSI convention gives to this driver.
public final class KubeletDirectory {
  private final Path root;
  private final List<Path> pools;
  private final Pattern convention;

  /// @param pools where the pools lie
  public KubeletDirectory(Path root, String driverName, List<Path> pools) {
    this.root = root.toAbsolutePath().normalize();
    this.pools = List.copyOf(pools);
    this.convention =
        Pattern.compile(
            "pods/[^/]+/volumes/kubernetes\\.io~csi/[^/]+/mount"
                + "|plugins/kubernetes\\.io/csi/%s/[0-9a-f]{64}/globalmount"
                    .formatted(Pattern.quote(driverName))
                + "|plugins/kubernetes\\.io/csi/volumeDevices/staging/[^/]+"
                + "|plugins/kubernetes\\.io/csi/volumeDevices/publish/[^/]+/[^/]+");
  }

  /// The real name of a path where something may be mounted: it passes through no symbolic link
  /// below the kubelet directory, is none itself, and lies neither inside nor above a pool, nor
  /// above the kubelet directory.
  KubeletPath admit(String field, KubeletPath path) throws StorageException, IOException {
    Path here = realOf(root);
    Optional<Path> link = path.linkBelow(here);
    if (link.isPresent()) {
      throw new StorageException.InvalidArgument(
          field, "%s passes through the symbolic link %s".formatted(path, link.get()));
    }
    KubeletPath real = path.real();
    if (here.startsWith(real.path())) {
      throw new StorageException.InvalidArgument(
          field, "%s holds the kubelet directory %s".formatted(path, root));
    }
    for (Path pool : pools) {
      Path there = realOf(pool);
      if (real.path().startsWith(there) || there.startsWith(real.path())) {
        throw new StorageException.InvalidArgument(
            field, "%s lies inside or above the pool at %s".formatted(path, pool));
      }
    }
    return real;
  }

  /// Whether a real path lies exactly where kubelet puts a mount of this driver.
  boolean givesToThisDriver(KubeletPath real) {
    Path here = realOf(root);
    return real.path().startsWith(here)
        && convention.matcher(here.relativize(real.path()).toString()).matches();
  }

  /// A directory that cannot be looked at, because its disk is gone, keeps the name it has: no call
  /// on another disk's volume may fail for it.
  private static Path realOf(Path directory) {
    try {
      return directory.toRealPath();
    } catch (IOException _) {
      return directory;
    }
  }
}
