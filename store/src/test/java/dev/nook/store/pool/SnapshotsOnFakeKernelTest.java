package dev.nook.store.pool;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.Shape;
import dev.nook.store.Shape.Provisioning;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsOnFakeKernelTest {
  @TempDir(factory = InMemory.class)
  Path root;

  @Nested
  class LoopOnAFilesystemWithReflink extends SnapshotContract {
    @Override
    Ground ground() throws IOException {
      return FakeGround.on(
          root, FileSystemType.XFS, new Shape.Formatted(FileSystemType.EXT4, Provisioning.THIN));
    }
  }

  @Nested
  class LoopOnAFilesystemWithoutReflink extends SnapshotContract {
    @Override
    Ground ground() throws IOException {
      return FakeGround.on(
          root, FileSystemType.EXT4, new Shape.Formatted(FileSystemType.XFS, Provisioning.THIN));
    }
  }

  @Nested
  class RawBlock extends SnapshotContract {
    @Override
    Ground ground() throws IOException {
      return FakeGround.on(root, FileSystemType.XFS, new Shape.Raw(Provisioning.THIN));
    }
  }

  @Nested
  class ThickLoopInAPoolImage extends SnapshotContract {
    @Override
    Ground ground() throws IOException {
      return FakeGround.on(
          root,
          FileSystemType.EXT4,
          Optional.of(new PoolConfig.Image(8L << 30, FileSystemType.XFS)),
          new Shape.Formatted(FileSystemType.EXT4, Provisioning.THICK));
    }
  }

  @Nested
  class DirectoryInABtrfsPoolImage extends SnapshotContract {
    @Override
    Ground ground() throws IOException {
      return FakeGround.on(
          root,
          FileSystemType.EXT4,
          Optional.of(new PoolConfig.Image(8L << 30, FileSystemType.BTRFS)),
          new Shape.Tree(true));
    }
  }

  @Nested
  class DirectoryWithoutQuota extends SnapshotContract {
    @Override
    Ground ground() throws IOException {
      return FakeGround.on(root, FileSystemType.EXT4, new Shape.Tree(false));
    }
  }
}
