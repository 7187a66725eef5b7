package dev.nook.store.ground;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.nio.file.Path;

/// The grounds for store contracts on the real kernel.
public enum RealGrounds {
  LOOP_ON_XFS(FileSystemType.XFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN)),
  LOOP_OF_XFS_ON_XFS(
      FileSystemType.XFS, new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN)),
  THICK_LOOP_ON_BTRFS(
      FileSystemType.BTRFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK)),
  LOOP_ON_EXT4(FileSystemType.EXT4, new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN)),
  RAW_BLOCK(FileSystemType.EXT4, new Shape.Raw(Provisioning.THIN)),
  DIRECTORY_ON_BTRFS(FileSystemType.BTRFS, new Shape.Tree(true)),
  DIRECTORY_WITHOUT_QUOTA(FileSystemType.EXT4, new Shape.Tree(false));

  private final FileSystemType host;
  private final Shape shape;

  RealGrounds(FileSystemType host, Shape shape) {
    this.host = host;
    this.shape = shape;
  }

  public RealGround on(Path root) throws IOException {
    return RealGround.on(root, host, shape);
  }
}
