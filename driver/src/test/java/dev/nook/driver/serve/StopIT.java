package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.client.CsiClient;
import dev.nook.driver.cli.Exit;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.testing.real.RealKernel;
import dev.nook.testing.real.RealPool;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM while housekeeping tries a closed pool whose disk hangs.
@RealKernel
@Timeout(120)
class StopIT {
  /// What Kubernetes gives a pod to end.
  private static final int GRACE_SECONDS = 30;

  @TempDir Path temporary;

  @Test
  void aDriverEndsInTimeWhileTheDiskOfAClosedPoolHangs() throws IOException, InterruptedException {
    Path folder = temporary.toRealPath();
    Path ill = folder.resolve("ill");
    try (ChildRig rig = new ChildRig(folder, FileSystemType.XFS)) {
      rig.flag("--pool=ill=" + ill);
      rig.start();
      Files.createDirectory(ill);
      try (var _ = DeadFileSystem.at(ill)) {
        awaitHang(rig.child());
        rig.disconnect();

        rig.child().destroy();

        assertThat(rig.child().waitFor(GRACE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(rig.child().exitValue()).isEqualTo(Exit.OK);
      }
      rig.start();
      assertThat(rig.listed()).isEmpty();
    }
  }

  /// A thread that the kernel lets nobody kill keeps its process, but no lock.
  @Test
  void theLocksAreLetGoWhileAThreadCannotEvenBeKilled() throws IOException, InterruptedException {
    Path folder = temporary.toRealPath();
    Path disk = Files.createDirectory(folder.resolve("disk"));
    try (ChildRig rig = new ChildRig(folder, FileSystemType.XFS);
        RealPool other = RealPool.create(disk, FileSystemType.XFS, 1L << 30)) {
      Path ill = other.path().resolve("ill");
      rig.flag("--pool=ill=" + ill);
      rig.start();
      Files.createDirectory(ill);
      fsfreeze("--freeze", other.path());
      Process first = rig.child();
      try {
        awaitHang(first);
        rig.disconnect();

        first.destroy();

        Path socket = folder.resolve("second.sock");
        Process second = rig.serve(socket);
        try (CsiClient client = new CsiClient(socket)) {
          boolean _ = client.ready(); // It listens, so it holds the lock.
        }
        assertThat(first.isAlive()).isTrue();
        second.destroy();
        assertThat(second.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)).isTrue();
      } finally {
        fsfreeze("--unfreeze", other.path());
      }
      assertThat(first.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(first.exitValue()).isEqualTo(Exit.OK);
    }
  }

  private static void fsfreeze(String what, Path path) throws IOException, InterruptedException {
    Process tool = new ProcessBuilder("fsfreeze", what, path.toString()).inheritIO().start();
    assertThat(tool.waitFor()).as("fsfreeze %s", what).isZero();
  }

  /// Until the thread of the closed pool waits in the kernel for its filesystem.
  private static void awaitHang(Process driver) throws IOException, InterruptedException {
    while (!hangs(Path.of("/proc/%d/task".formatted(driver.pid())))) {
      Thread.sleep(50);
    }
  }

  private static boolean hangs(Path threads) throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
      for (Path thread : all) {
        if (Files.readString(thread.resolve("comm")).strip().equals("nook-pool-ill")
            && Files.readString(thread.resolve("wchan")).matches("(request_wait|fuse|percpu).*")) {
          return true;
        }
      }
    } catch (NoSuchFileException _) {
      // That thread has ended.
    }
    return false;
  }
}
