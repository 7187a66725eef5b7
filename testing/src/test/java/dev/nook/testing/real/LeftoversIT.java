package dev.nook.testing.real;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.Allocation;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@RealKernel
class LeftoversIT {
  private static final String LABEL = "nook-leftovers";

  private final Linux linux = RealPool.linux();
  @TempDir Path folder;
  @TempDir Path elsewhere;

  @Test
  void mountsLoopDevicesAndTheirViewsAreNamedUntilTheyAreGone() throws IOException {
    Path target = Files.createDirectory(elsewhere.resolve("target"));
    Leftovers leftovers = Leftovers.since(linux, folder);
    try (RealPool pool = RealPool.create(folder, FileSystemType.EXT4, 64 << 20)) {
      linux.disk().allocate(pool.path().resolve("image"), 1 << 20, Allocation.SPARSE);
      Loop loop = attach(pool.path().resolve("image"), Access.READ_WRITE);
      Loop view = attach(loop.device(), Access.READ_ONLY);
      linux.mounts().bind(pool.path(), target, MountFlags.NONE);

      assertThatThrownBy(leftovers::assertNone)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(loop.device().toString())
          .hasMessageContaining(view.device().toString())
          .hasMessageContaining("on " + pool.path())
          .hasMessageContaining("on " + target);
    }

    leftovers.assertNone();
  }

  @Test
  void whatWasThereBeforeAndWhatIsElsewhereIsNotCounted() throws IOException {
    Path image = folder.resolve("image");
    Path other = elsewhere.resolve("image");
    linux.disk().allocate(image, 1 << 20, Allocation.SPARSE);
    linux.disk().allocate(other, 1 << 20, Allocation.SPARSE);
    Loop earlier = attach(image, Access.READ_WRITE);
    Leftovers ofFolder = Leftovers.since(linux, folder);
    Leftovers ofLabel = Leftovers.since(linux, folder, LABEL);

    Loop foreign = attach(other, Access.READ_WRITE);

    try {
      ofFolder.assertNone();
      assertThatThrownBy(ofLabel::assertNone)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining(foreign.device().toString());
    } finally {
      linux.loops().detach(foreign.device());
      linux.loops().detach(earlier.device());
    }
  }

  @Test
  void aChildThatStillRunsIsNamed() throws IOException, InterruptedException {
    Leftovers leftovers = Leftovers.since(linux, folder);
    Process child = new ProcessBuilder("sleep", "60").start();

    try {
      assertThatThrownBy(leftovers::assertNone)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("process " + child.pid());
    } finally {
      int _ = child.destroyForcibly().waitFor();
    }

    leftovers.assertNone();
  }

  private Loop attach(Path backing, Access access) throws IOException {
    return linux.loops().attach(new Attach(backing, access, true, LABEL));
  }
}
