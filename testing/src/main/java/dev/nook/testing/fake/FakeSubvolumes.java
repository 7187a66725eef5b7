package dev.nook.testing.fake;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.Subvolumes;
import dev.nook.linux.syscall.Errno;
import dev.nook.testing.fake.Superblock.Subvolume;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// Subvolumes as directories whose limits are remembered. What a pod writes through
/// [FakeKernel#contentOf] is counted, but not stopped.
final class FakeSubvolumes implements Subvolumes {
  private final FakeKernel kernel;

  FakeSubvolumes(FakeKernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public void enableQuotas(Path mountPoint) throws IOException {
    onBtrfs(mountPoint, "BTRFS_IOC_QUOTA_CTL").superblock().quotas = true;
  }

  private Place onBtrfs(Path path, String call) throws IOException {
    Place place = kernel.table.noFollow(path);
    if (!place.superblock().is(FileSystemType.BTRFS)) {
      throw place.refused(call, Errno.ENOTTY);
    }
    return place;
  }

  @Override
  public boolean enforced(Path directory) throws IOException {
    Superblock superblock = kernel.table.noFollow(directory).mustBeADirectory("open").superblock();
    return superblock.is(FileSystemType.BTRFS) && superblock.quotas;
  }

  @Override
  public void create(Path newSubvolume, long limitBytes) throws IOException {
    Path parent = Objects.requireNonNull(newSubvolume.toAbsolutePath().getParent());
    Place _ = kernel.table.noFollow(parent).mustBeADirectory("open");
    Place place = onBtrfs(newSubvolume, "BTRFS_IOC_SUBVOL_CREATE").mustBeWritable("create");
    if (place.exists()) {
      throw place.refused("BTRFS_IOC_SUBVOL_CREATE", Errno.EEXIST);
    }
    if (!place.superblock().quotas) {
      throw place.refused("BTRFS_IOC_QGROUP_CREATE", Errno.EINVAL);
    }
    Files.createDirectory(place.real());
    place
        .superblock()
        .subvolumes
        .put(
            place.inode(), new Subvolume(limitBytes, kernel.anonymousDevice(), false, 0, Map.of()));
  }

  @Override
  public void snapshot(Path subvolume, Path newSubvolume, boolean readOnly, long limitBytes)
      throws IOException {
    Place source = subvolume(subvolume, "BTRFS_IOC_SNAP_CREATE_V2");
    Path parent = Objects.requireNonNull(newSubvolume.toAbsolutePath().getParent());
    Place _ = kernel.table.noFollow(parent).mustBeADirectory("open");
    Place place = kernel.table.noFollow(newSubvolume).mustBeWritable("create");
    if (place.exists()) {
      throw place.refused("BTRFS_IOC_SNAP_CREATE_V2", Errno.EEXIST);
    }
    if (place.superblock() != source.superblock()) {
      throw place.refused("BTRFS_IOC_SNAP_CREATE_V2", Errno.EXDEV);
    }
    if (!readOnly && !place.superblock().quotas) {
      throw place.refused("BTRFS_IOC_QGROUP_CREATE", Errno.EINVAL);
    }
    List<Path> nested = nestedIn(source);
    Files.createDirectory(place.real());
    Tree.copy(source.real(), place.real(), at -> nested.contains(at.getParent()));
    Files.setPosixFilePermissions(place.real(), Files.getPosixFilePermissions(source.real()));
    long shared = Tree.measure(place.real()).bytes();
    place
        .superblock()
        .subvolumes
        .put(
            place.inode(),
            new Subvolume(limitBytes, kernel.anonymousDevice(), readOnly, shared, owners(source)));
  }

  private static Map<Long, Long> owners(Place source) throws IOException {
    Subvolume known = source.subvolume().orElseThrow();
    Map<Long, Long> owners = new HashMap<>(known.owners());
    owners.put(known.device(), Math.max(0, Tree.measure(source.real()).bytes() - known.shared()));
    return owners;
  }

  /// Does nothing: here a nested subvolume always counts with the one around it.
  @Override
  public long confine(Path anyDirectory, long firstId) throws IOException {
    Place _ = kernel.table.noFollow(anyDirectory).mustBeADirectory("open");
    return firstId;
  }

  /// Does nothing: here no subvolume escapes its limit.
  @Override
  public Watch watch(Path anyDirectory) throws IOException {
    Place _ = kernel.table.noFollow(anyDirectory).mustBeADirectory("open");
    return new Watch() {
      @Override
      public boolean await(Duration longest) throws IOException {
        try {
          Thread.sleep(longest);
          return false;
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("interrupted while nothing is made");
        }
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public long orphanedBytes(Path anyDirectory) throws IOException {
    Place place = kernel.table.noFollow(anyDirectory).mustBeADirectory("open");
    Collection<Subvolume> all = place.superblock().subvolumes.values();
    Map<Long, Long> gone = new HashMap<>();
    all.forEach(
        copy -> copy.owners().forEach((owner, bytes) -> gone.merge(owner, bytes, Math::max)));
    all.forEach(standing -> gone.remove(standing.device()));
    return gone.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public Optional<Path> nested(Path subvolume) throws IOException {
    Place place = subvolume(subvolume, "BTRFS_IOC_TREE_SEARCH");
    return nestedIn(place).stream()
        .findFirst()
        .map(real -> subvolume.resolve(place.real().relativize(real)));
  }

  private static List<Path> nestedIn(Place subvolume) throws IOException {
    List<Path> nested = new ArrayList<>();
    try (Stream<Path> all = Files.walk(subvolume.real()).skip(1)) {
      for (Path each : (Iterable<Path>) all::iterator) {
        if (subvolume.superblock().subvolumes.containsKey(Place.inode(each))) {
          nested.add(each);
        }
      }
    }
    return nested;
  }

  @Override
  public void limit(Path subvolume, long limitBytes) throws IOException {
    Place place = limited(subvolume, "BTRFS_IOC_QGROUP_LIMIT");
    place
        .superblock()
        .subvolumes
        .computeIfPresent(
            place.inode(),
            (_, known) ->
                new Subvolume(
                    limitBytes, known.device(), known.readOnly(), known.shared(), known.owners()));
  }

  private Place subvolume(Path path, String call) throws IOException {
    Place place = kernel.table.noFollow(path).mustBeADirectory(call);
    if (!place.superblock().subvolumes.containsKey(place.inode())) {
      throw place.refused(call, Errno.EINVAL);
    }
    return place;
  }

  /// Returns a subvolume that has a level-1 group; a read-only one has none.
  private Place limited(Path path, String call) throws IOException {
    Place place = subvolume(path, call);
    if (place.subvolume().filter(Subvolume::readOnly).isPresent()) {
      throw place.refused(call, Errno.ENOENT);
    }
    return place;
  }

  @Override
  public Quota quota(Path subvolume) throws IOException {
    Place place = limited(subvolume, "read the quota group of");
    Subvolume known = Objects.requireNonNull(place.superblock().subvolumes.get(place.inode()));
    long used = Math.max(0, Tree.measure(place.real()).bytes() - known.shared());
    return new Quota(used, known.limitBytes());
  }

  @Override
  public boolean isSubvolume(Path path) throws IOException {
    Place place = kernel.table.noFollow(path);
    return place.exists() && (place.isSubvolume() || place.isTopOfBtrfs());
  }

  @Override
  public void delete(Path subvolume) throws IOException {
    if (!kernel.table.noFollow(subvolume).exists()) {
      return;
    }
    Place place = subvolume(subvolume, "BTRFS_IOC_SNAP_DESTROY");
    if (place.mount().readOnly()) {
      throw place.refused("BTRFS_IOC_SNAP_DESTROY", Errno.EROFS);
    }
    if (place.isMountPoint()) {
      throw place.refused("BTRFS_IOC_SNAP_DESTROY", Errno.EBUSY);
    }
    for (Tree.Entry entry : Tree.entries(place.real())) {
      place.superblock().subvolumes.remove(entry.inode());
    }
    Tree.delete(place.real());
  }

  /// Returns false: here deleted subvolumes are freed at once.
  @Override
  public boolean cleaning(Path anyDirectory) throws IOException {
    Place _ = kernel.table.noFollow(anyDirectory).mustBeADirectory("open");
    return false;
  }

  /// Does nothing: here groups are removed with their subvolumes.
  @Override
  public void reclaim(Path anyDirectory) throws IOException {
    Place _ = kernel.table.noFollow(anyDirectory).mustBeADirectory("open");
  }
}
