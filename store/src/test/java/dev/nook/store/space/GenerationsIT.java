package dev.nook.store.space;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.RealGround;
import dev.nook.store.volume.Shape;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealKernel
class GenerationsIT extends Generations {
  @TempDir Path root;

  @Override
  protected Ground ground() throws IOException {
    return RealGround.on(root, FileSystemType.BTRFS, new Shape.Tree(true));
  }

  @Test
  void aQuarterOfNightlyRefreshesIsChargedWhatIsStillKept() throws Exception {
    refresh(95);
  }
}
