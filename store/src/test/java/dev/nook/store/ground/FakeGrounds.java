package dev.nook.store.ground;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// The grounds for store contracts on the fake kernel.
public enum FakeGrounds {
  LOOP_ON_A_FILESYSTEM_WITH_REFLINK(
      FileSystemType.XFS,
      Optional.empty(),
      new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN)),
  LOOP_ON_A_FILESYSTEM_WITHOUT_REFLINK(
      FileSystemType.EXT4,
      Optional.empty(),
      new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN)),
  LOOP_ON_BTRFS(
      FileSystemType.BTRFS,
      Optional.empty(),
      new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN)),
  THICK_RAW_BLOCK_IN_A_BTRFS_POOL_IMAGE(
      FileSystemType.EXT4, Optional.of(FileSystemType.BTRFS), new Shape.Raw(Provisioning.THICK)),
  RAW_BLOCK(FileSystemType.XFS, Optional.empty(), new Shape.Raw(Provisioning.THIN)),
  THICK_LOOP_IN_A_POOL_IMAGE(
      FileSystemType.EXT4,
      Optional.of(FileSystemType.XFS),
      new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK)),
  DIRECTORY_IN_A_BTRFS_POOL_IMAGE(
      FileSystemType.EXT4, Optional.of(FileSystemType.BTRFS), new Shape.Tree(true)),
  DIRECTORY_WITHOUT_QUOTA(FileSystemType.EXT4, Optional.empty(), new Shape.Tree(false));

  private final FileSystemType host;
  private final Optional<PoolConfig.Image> image;
  private final Shape shape;

  FakeGrounds(FileSystemType host, Optional<FileSystemType> image, Shape shape) {
    this.host = host;
    this.image = image.map(type -> new PoolConfig.Image(8L << 30, type));
    this.shape = shape;
  }

  public FakeGround on(Path root) throws IOException {
    return FakeGround.on(root, host, image, shape);
  }
}
