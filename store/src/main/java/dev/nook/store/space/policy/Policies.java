package dev.nook.store.space.policy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.volume.Content;
import java.io.IOException;
import java.util.Optional;

/// The policies of one pool: one for its images, which depends on its filesystem, and two for its
/// directories.
///
/// @param quotas the policy of directories with a quota
public record Policies(SpacePolicy images, QuotaTrees quotas, UncountedTrees uncounted) {
  /// @param space the space and type of the pool's filesystem
  public static Policies of(Linux linux, Layout layout, Disk.Space space) {
    Disk disk = linux.disk();
    return new Policies(
        space.is(FileSystemType.BTRFS) ? new WholeExtents(disk) : new BlockCounted(disk),
        new QuotaTrees(disk, linux.subvolumes(), layout.root()),
        new UncountedTrees());
  }

  public SpacePolicy of(Content content) {
    return switch (content) {
      case Content.Raw _, Content.Formatted _ -> images;
      case Content.Tree tree -> tree.enforced() ? quotas : uncounted;
    };
  }

  /// Returns the limit, as [SpacePolicy#limitBytes] does, for a home whose record is not known.
  public Optional<Long> limitBytes(Home home) throws IOException {
    Optional<Long> image = images.limitBytes(home);
    return image.isPresent() ? image : quotas.limitBytes(home);
  }

  /// Returns the allocated bytes, as [SpacePolicy#allocatedBytes] does, for a home whose record is
  /// not known.
  public Optional<Long> allocatedBytes(Home home) throws IOException {
    Optional<Long> image = images.allocatedBytes(home);
    return image.isPresent() ? image : quotas.allocatedBytes(home);
  }
}
