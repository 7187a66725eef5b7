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
class CopiesOnRealKernelIT {
  @TempDir Path root;

  @Nested
  class LoopOnXfs extends CopyContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(
          root, FileSystemType.XFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN));
    }
  }

  @Nested
  class LoopOfXfsOnXfs extends CopyContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(
          root, FileSystemType.XFS, new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN));
    }
  }

  @Nested
  class ThickLoopOnBtrfs extends CopyContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(
          root, FileSystemType.BTRFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK));
    }
  }

  @Nested
  class LoopOnExt4 extends CopyContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(
          root, FileSystemType.EXT4, new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN));
    }
  }

  @Nested
  class RawBlock extends CopyContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(root, FileSystemType.EXT4, new Shape.Raw(Provisioning.THIN));
    }
  }

  @Nested
  class DirectoryOnBtrfs extends CopyContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(root, FileSystemType.BTRFS, new Shape.Tree(true));
    }
  }

  @Nested
  class DirectoryWithoutQuota extends CopyContract {
    @Override
    Ground ground() throws IOException {
      return RealGround.on(root, FileSystemType.EXT4, new Shape.Tree(false));
    }
  }
}
