package dev.nook.store.space;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.ground.FakeGround;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.InMemory;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// What images pin on the fake kernel.
class PinnedExtentsTest extends PinnedExtentsContract {
  @TempDir(factory = InMemory.class)
  Path root;

  @Override
  protected Ground ground() throws IOException {
    return FakeGround.on(root, FileSystemType.BTRFS, SHAPE);
  }
}
