package dev.nook.node;

import dev.nook.linux.Linux;
import dev.nook.linux.block.LoopDevices.Loop;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.Mounts;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import dev.nook.testing.real.Leftovers;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A node on the real kernel, where mounts are shared as on every host that systemd started. After
/// each test its volumes are taken away as kubelet would, and nothing may be left.
@RealKernel
abstract class RealNode {
  @SuppressWarnings("NullAway.Init")
  private static RealPool host;

  private static int folders;

  final Linux linux = RealPool.linux();

  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init")
  TestNode node;

  @SuppressWarnings("NullAway.Init")
  private Leftovers leftovers;

  @BeforeAll
  static void makeHost(@TempDir Path temporary) throws IOException {
    host = RealPool.create(temporary.toRealPath(), FileSystemType.XFS, 8L << 30);
    Processes.run(Command.of("mount", "--make-shared", host.path().toString()));
  }

  @AfterAll
  static void closeHost() throws IOException {
    host.close();
  }

  @BeforeEach
  void startNode() throws Exception {
    folders++;
    folder = host.path().resolve("node" + folders);
    leftovers = Leftovers.since(linux, folder);
    node = TestNode.started(folder, linux);
  }

  @AfterEach
  void takeVolumesAway() throws Exception {
    for (Mounts.Entry entry : below(node.kubelet)) {
      var path = new KubeletPath(entry.mountPoint());
      VolumeId id = node.shownBy(entry).orElse(new VolumeId("foreign"));
      if (node.at(path.path()).isEmpty()) {
        continue;
      }
      if (!id.tag().isPresent()) {
        linux.mounts().unmount(path.path());
      } else if (!path.toString().contains("staging")) {
        node.publisher.unpublish(new UnpublishVolume(id, path));
      }
    }
    for (VolumeId id : node.attached()) {
      node.stager.unstage(new UnstageVolume(id, new KubeletPath(node.staging(id))));
    }
    node.stop();
    leftovers.assertNone();
  }

  /// The driver is killed and started again.
  void restart() throws Exception {
    node.stop();
    node = TestNode.started(folder, linux);
  }

  /// The host forgets every mount and every loop device.
  void reboot(Volume volume) throws Exception {
    node.stop();
    for (Mounts.Entry entry : below(node.kubelet)) {
      linux.mounts().unmount(entry.mountPoint());
    }
    for (Loop loop : loops(volume).reversed()) {
      linux.loops().detach(loop.device());
    }
    node = TestNode.started(folder, linux);
  }

  /// The loop devices of a volume, its view last.
  List<Loop> loops(Volume volume) throws IOException {
    return linux.loops().all().stream()
        .filter(loop -> loop.label().startsWith(volume.id().text()))
        .sorted(Comparator.comparing(Loop::readOnly))
        .toList();
  }

  Mounts.Entry top(Path path) throws IOException {
    return node.at(path).getLast();
  }

  private List<Mounts.Entry> below(Path directory) throws IOException {
    return linux.mounts().all().stream()
        .filter(entry -> entry.mountPoint().startsWith(directory))
        .toList()
        .reversed();
  }
}
