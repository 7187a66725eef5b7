package dev.nook.node;

import dev.nook.linux.fs.Disk;
import dev.nook.node.path.KubeletPath;
import dev.nook.node.path.KubeletRecord;
import dev.nook.node.path.PathOwner;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The kubelet directory, in which kubelet chooses the paths of mounts: decides which paths may be
/// used, and which driver's the CSI convention makes them.
public final class KubeletDirectory {
  private static final Pattern POD =
      Pattern.compile("(pods/[^/]+/volumes/kubernetes\\.io~csi/[^/]+)/mount");
  private static final Pattern STAGED =
      Pattern.compile("plugins/kubernetes\\.io/csi/([^/]+)/[0-9a-f]{64}/globalmount");
  private static final Pattern BLOCK =
      Pattern.compile(
          "(plugins/kubernetes\\.io/csi/volumeDevices)/(?:staging/([^/]+)|publish/([^/]+)/[^/]+)");

  private final Path root;
  private final String driverName;
  private final List<Path> pools;
  private final Disk disk;

  /// @param pools the paths of the pools
  public KubeletDirectory(Path root, String driverName, List<Path> pools, Disk disk) {
    this.root = root.toAbsolutePath().normalize();
    this.driverName = driverName;
    this.pools = List.copyOf(pools);
    this.disk = disk;
  }

  /// Admits a path at which something is to be mounted: as [#admit] does, and only if the
  /// convention does not give it to another driver.
  KubeletPath admitMount(String field, KubeletPath path) throws StorageException, IOException {
    return admitMount(field, path, realPools());
  }

  /// As [#admitMount], for both paths of one publish.
  PublishVolume admitMounts(PublishVolume publish) throws StorageException, IOException {
    List<Path> there = realPools();
    return publish.at(
        admitMount(StageVolume.PATH, publish.stage().staging(), there),
        admitMount(PublishVolume.PATH, publish.target(), there));
  }

  private KubeletPath admitMount(String field, KubeletPath path, List<Path> realPools)
      throws StorageException, IOException {
    KubeletPath real = admit(field, path, realPools);
    Optional<String> taken =
        switch (ownerOf(real)) {
          case PathOwner.Anybody _ -> Optional.empty();
          case PathOwner.Driver(var name) when name.equals(driverName) -> Optional.empty();
          case PathOwner.Driver(var name) -> Optional.of("the driver " + name);
          case PathOwner.Unnamed(var why) -> Optional.of("a driver that nothing names: " + why);
        };
    if (taken.isPresent()) {
      throw new StorageException.InvalidArgument(
          field, "%s is where kubelet puts mounts of %s".formatted(path, taken.get()));
    }
    return real;
  }

  /// Admits a path that is to be unmounted: as [#admit] does, and only if kubelet's record does not
  /// name another driver.
  KubeletPath admitUnmount(VolumeId id, String field, KubeletPath path)
      throws StorageException, IOException {
    KubeletPath real = admit(field, path);
    if (ownerOf(real) instanceof PathOwner.Driver(var name) && !name.equals(driverName)) {
      throw new StorageException.NotReady(
          id,
          "%s is where kubelet puts mounts of the driver %s; call that driver"
              .formatted(path, name));
    }
    return real;
  }

  /// Returns the real name of a path at which something may be mounted. Throws InvalidArgument when
  /// it passes through a symbolic link below the kubelet directory or is one, or when it is inside
  /// or above a pool or above the kubelet directory.
  KubeletPath admit(String field, KubeletPath path) throws StorageException, IOException {
    return admit(field, path, realPools());
  }

  private List<Path> realPools() {
    return pools.stream().map(KubeletDirectory::realOf).toList();
  }

  private KubeletPath admit(String field, KubeletPath path, List<Path> realPools)
      throws StorageException, IOException {
    KubeletPath real = path;
    if (!path.isStraight()) {
      Optional<Path> link = path.linkBelow(realOf(root));
      if (link.isPresent()) {
        throw new StorageException.InvalidArgument(
            field, "%s passes through the symbolic link %s".formatted(path, link.get()));
      }
      real = path.real();
    }
    if (rootAbove(real).startsWith(real.path())) {
      throw new StorageException.InvalidArgument(
          field, "%s holds the kubelet directory %s".formatted(path, root));
    }
    for (int i = 0; i < pools.size(); i++) {
      Path there = realPools.get(i);
      if (real.path().startsWith(there) || there.startsWith(real.path())) {
        throw new StorageException.InvalidArgument(
            field, "%s lies inside or above the pool at %s".formatted(path, pools.get(i)));
      }
    }
    return real;
  }

  /// The real name of the kubelet directory; a real path that begins with its name has it.
  private Path rootAbove(KubeletPath real) {
    return real.path().startsWith(root) ? root : realOf(root);
  }

  /// Returns whose mounts kubelet puts at a real path. For paths that look the same for every
  /// driver, kubelet's own record decides.
  PathOwner ownerOf(KubeletPath real) {
    Path here = rootAbove(real);
    if (!real.path().startsWith(here)) {
      return new PathOwner.Anybody();
    }
    String below = here.relativize(real.path()).toString();
    Matcher staged = STAGED.matcher(below);
    if (staged.matches()) {
      return new PathOwner.Driver(staged.group(1));
    }
    Optional<String> folder = folderOfRecord(below);
    return folder.isEmpty()
        ? new PathOwner.Anybody()
        : KubeletRecord.owner(here.resolve(folder.get()), real.path(), here, disk);
  }

  boolean givesToThisDriver(KubeletPath real) {
    return ownerOf(real).equals(new PathOwner.Driver(driverName));
  }

  private static Optional<String> folderOfRecord(String below) {
    Matcher pod = POD.matcher(below);
    if (pod.matches()) {
      return Optional.of(pod.group(1));
    }
    Matcher block = BLOCK.matcher(below);
    if (block.matches()) {
      String volume = block.group(2) == null ? block.group(3) : block.group(2);
      return Optional.of("%s/%s/data".formatted(block.group(1), volume));
    }
    return Optional.empty();
  }

  /// Returns the real name of a directory; its own name where it cannot be looked at because its
  /// disk is gone, so that calls for volumes on other disks do not fail.
  private static Path realOf(Path directory) {
    if (KubeletPath.isStraight(directory)) {
      return directory;
    }
    try {
      return directory.toRealPath();
    } catch (IOException _) {
      return directory;
    }
  }
}
