package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A pool whose own filesystem has shut down, as XFS does when its disk fails: what it has shown to
/// pods is taken away all the same.
@RealKernel
final class DeadPoolIT {
  private final Linux linux = RealPool.linux();

  @Test
  void theVolumesOfADeadPoolAreUnpublishedAndUnstaged(@TempDir Path temporary) throws Exception {
    Path folder = temporary.toRealPath();
    Leftovers leftovers = Leftovers.since(linux, folder);
    try (RealPool disk = RealPool.create(folder, FileSystemType.XFS, 8L << 30)) {
      TestNode node = new TestNode(folder, disk.path(), linux);
      node.start();
      List<UnpublishVolume> targets = new ArrayList<>();
      List<UnstageVolume> stagings = new ArrayList<>();
      for (Shape shape : List.of(TestNode.EXT4, TestNode.XFS, TestNode.TREE, TestNode.RAW)) {
        Volume volume = node.create("v-" + shape, shape);
        node.publisher.publish(node.publish(volume, "a-" + volume.id()));
        targets.add(node.unpublish(volume, "a-" + volume.id()));
        stagings.add(node.unstage(volume));
      }
      Processes.run(Command.of("xfs_io", "-x", "-c", "shutdown", disk.path().toString()));

      for (UnpublishVolume target : targets) {
        node.publisher.unpublish(target);
        assertThat(target.target().path()).doesNotExist();
      }
      for (UnstageVolume staging : stagings) {
        node.stager.unstage(staging);
        assertThat(node.at(staging.staging().path())).isEmpty();
      }
      node.stop();
    }
    leftovers.assertNone();
  }
}
