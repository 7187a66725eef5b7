package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.client.CsiClient;
import dev.nook.linux.block.KernelLoopDevices;
import dev.nook.linux.block.LoopDevices.Access;
import dev.nook.linux.block.LoopDevices.Attach;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.mount.MountFlags;
import dev.nook.linux.mount.Mounts;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.id.PoolName;
import dev.nook.testing.real.HangingFile;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests a served pool beside disks of others that hang or are gone.
@RealKernel
@Timeout(100)
class NeighboursIT {
  private static final long MIB = 1 << 20;

  @TempDir Path temporary;

  private RealRig rig;

  @BeforeEach
  void host() throws IOException {
    rig = new RealRig(temporary.toRealPath(), FileSystemType.XFS);
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @Test
  void aForeignLoopDeviceWhoseFileHangsHoldsNobodyUp() throws IOException, PoolHeld {
    Path folder = Files.createDirectories(rig.folder.resolve("foreign"));
    var others = new KernelLoopDevices();
    try (HangingFile file = HangingFile.in(folder, MIB)) {
      Path device =
          others.attach(new Attach(file.path(), Access.READ_WRITE, true, "foreign")).device();
      try {
        file.hang();
        rig.start();
        for (Kind kind : new Kind[] {Kind.EXT4, Kind.BLOCK}) {
          live(kind, "v-" + kind.name().toLowerCase());
        }
        assertThat(asking()).isLessThanOrEqualTo(1);
        rig.stop();
      } finally {
        file.abort();
        others.detach(device);
      }
    }
  }

  /// A volume's whole life, its pod asking for figures all the while.
  private void live(Kind kind, String name) throws IOException {
    Rig.Wired volume = rig.create(name, kind).stage().publish();
    for (int i = 0; i < 30; i++) {
      assertThat(volume.totalBytes()).isPositive();
    }
    var snapshot = rig.client().snapshot("s-" + name, volume.id());
    if (kind == Kind.BLOCK || rig.growsExt4Online()) {
      assertThat(volume.expand()).isEqualTo(kind.moreBytes());
    }
    rig.client().deleteSnapshot(snapshot.getSnapshotId());
    volume.unpublish().unstage().delete();
  }

  private static long asking() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("loop-status-"))
        .filter(thread -> thread.getState() == Thread.State.RUNNABLE)
        .count();
  }

  @Test
  void aPoolThatIsGoneStopsNoOtherAndItsVolumesCanBeTakenAway()
      throws IOException, InterruptedException, PoolHeld {
    Path folder = Files.createDirectories(rig.folder.resolve("neighbour"));
    try (RealPool pool = RealPool.create(folder, FileSystemType.XFS, 2L << 30)) {
      rig.pools(
          PoolConfig.of(PoolName.DEFAULT, rig.pool()),
          PoolConfig.of(new PoolName("other"), pool.path()));
      rig.start();
      Rig.Wired lost = inOther("lost").stage().publish();

      shutDown(pool.path());

      aPathThatCannotBeLookedAtLeavesNoDescriptor(pool.path());
      live(Kind.EXT4, "v");
      live(Kind.BLOCK, "w");
      takeAway(lost);
      rig.restart();
      live(Kind.EXT4, "x");
      rig.stop();
      comeBack(pool.path());
      rig.start();
      lost.delete();
      rig.stop();
    }
  }

  private void aPathThatCannotBeLookedAtLeavesNoDescriptor(Path path) throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(() -> rig.linux.mounts().bind(path, rig.kubelet(), MountFlags.NONE))
          .hasMessageContaining("EIO");
    }
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      assertThat(open.filter(fd -> leadsTo(path, fd)).toList()).hasSizeLessThan(3);
    }
  }

  private static boolean leadsTo(Path path, Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(path);
    } catch (IOException _) { // The one that the listing itself had open.
      return false;
    }
  }

  private Rig.Wired inOther(String name) throws IOException {
    Map<String, String> parameters = new HashMap<>(Kind.EXT4.parameters());
    parameters.put("pool", "other");
    CsiClient client = rig.client();
    return rig.wire(
        name,
        Kind.EXT4,
        client.create(name, Kind.EXT4.bytes(), Kind.EXT4.capability(), parameters));
  }

  private void takeAway(Rig.Wired lost) throws IOException {
    lost.unpublish().unstage();
    assertThat(rig.linux.loops().all()).noneMatch(loop -> loop.backingFile().contains(lost.id()));
    assertThatThrownBy(lost::delete)
        .isInstanceOf(StatusRuntimeException.class)
        .extracting(e -> Status.fromThrowable(e).getCode())
        .isNotEqualTo(Status.Code.OK);
  }

  private static void shutDown(Path pool) throws IOException, InterruptedException {
    Process tool =
        new ProcessBuilder("xfs_io", "-x", "-c", "shutdown", pool.toString()).inheritIO().start();
    assertThat(tool.waitFor()).isZero();
  }

  private void comeBack(Path pool) throws IOException {
    Mounts.Entry mount = rig.linux.mounts().at(pool).getLast();
    rig.linux.mounts().unmount(pool);
    rig.linux.mounts().mount(Path.of(mount.source()), pool, FileSystemType.XFS, MountFlags.NONE);
  }
}
