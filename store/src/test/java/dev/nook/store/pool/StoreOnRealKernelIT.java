package dev.nook.store.pool;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.Shape;
import dev.nook.store.Shape.Provisioning;
import dev.nook.testing.RealKernel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

@RealKernel
class StoreOnRealKernelIT {
  @TempDir Path root;

  @Nested
  class LoopOnXfs extends VolumeStoreContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(
          root, FileSystemType.XFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN));
    }
  }

  @Nested
  class ThickLoopOnBtrfs extends VolumeStoreContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(
          root, FileSystemType.BTRFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK));
    }
  }

  @Nested
  class LoopOnExt4 extends VolumeStoreContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(
          root, FileSystemType.EXT4, new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN));
    }
  }

  @Nested
  class RawBlock extends VolumeStoreContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(root, FileSystemType.EXT4, new Shape.Raw(Provisioning.THIN));
    }
  }

  @Nested
  class DirectoryOnBtrfs extends VolumeStoreContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(root, FileSystemType.BTRFS, new Shape.Tree(true));
    }
  }

  @Nested
  class DirectoryWithoutQuota extends VolumeStoreContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(root, FileSystemType.EXT4, new Shape.Tree(false));
    }
  }
}
