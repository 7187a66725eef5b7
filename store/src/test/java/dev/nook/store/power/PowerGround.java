package dev.nook.store.power;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Formatted;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Shape.Tree;
import java.util.List;
import java.util.Optional;

/// A disk's filesystem, and the kinds of volumes on it.
enum PowerGround {
  XFS(
      FileSystemType.XFS,
      Optional.empty(),
      new Formatted(FileSystemType.EXT4, Provisioning.THIN),
      new Formatted(FileSystemType.EXT4, Provisioning.THICK),
      new Formatted(FileSystemType.XFS, Provisioning.THIN)),
  BTRFS(
      FileSystemType.BTRFS,
      Optional.empty(),
      new Tree(true),
      new Formatted(FileSystemType.EXT4, Provisioning.THIN)),
  EXT4(
      FileSystemType.EXT4,
      Optional.empty(),
      new Formatted(FileSystemType.EXT4, Provisioning.THIN),
      new Formatted(FileSystemType.XFS, Provisioning.THIN),
      new Tree(false)),
  XFS_IMAGE_ON_EXT4(
      FileSystemType.EXT4,
      Optional.of(new PoolConfig.Image(1L << 30, FileSystemType.XFS)),
      new Formatted(FileSystemType.EXT4, Provisioning.THIN)),
  BTRFS_IMAGE_ON_XFS(
      FileSystemType.XFS,
      Optional.of(new PoolConfig.Image(1L << 30, FileSystemType.BTRFS)),
      new Tree(true),
      new Formatted(FileSystemType.EXT4, Provisioning.THIN));

  /// The size of the disk.
  static final long BYTES = 3L << 30;

  final FileSystemType disk;
  final Optional<PoolConfig.Image> image;
  final List<Shape> shapes;

  PowerGround(FileSystemType disk, Optional<PoolConfig.Image> image, Shape... shapes) {
    this.disk = disk;
    this.image = image;
    this.shapes = List.of(shapes);
  }

  /// Whether a volume can be copied while it is written.
  boolean copiesInUse() {
    return image.isPresent() || disk != FileSystemType.EXT4;
  }

  static long bytes(Shape shape) {
    return shape instanceof Formatted(var type, var _) && type == FileSystemType.XFS
        ? 320L << 20
        : 64L << 20;
  }
}
