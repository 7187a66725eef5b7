package dev.nook.store.directory;

import static dev.nook.store.ground.Driver.MIB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import dev.nook.store.ground.Ground;
import dev.nook.store.ground.RealGround;
import dev.nook.store.ground.StoreFixture;
import dev.nook.store.id.PoolName;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.testing.real.RealKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests a pod without privilege that makes subvolumes that count towards another volume, between
/// sweeps.
@RealKernel
class NestedWatchIT extends StoreFixture {
  private static final int TIMES = 20;
  private static final int FIRST_BYTES = 64 << 10;

  @TempDir Path root;

  private final FutureTask<Boolean> watching =
      new FutureTask<>(() -> {
        store.watchNested(PoolName.DEFAULT, Duration.ofMinutes(5));
        return true;
      });
  private final Thread watcher = Thread.ofPlatform().unstarted(watching);

  @Override
  protected Ground ground() throws IOException {
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    return RealGround.on(root, FileSystemType.BTRFS, new Shape.Tree(true));
  }

  @BeforeEach
  void watch() {
    watcher.start();
  }

  @AfterEach
  void stopWatching() throws InterruptedException {
    watcher.interrupt();
    watcher.join();
  }

  @Test
  void whatAPodTakesOutOfItsGroupIsBackInItAtOnce() throws Exception {
    Volume victim = create("victim");
    Volume volume = create("attacker");
    String group = "1/" + subvolumeId(victim);
    Path pod = shown(volume.id());
    Processes.run(Command.of("chown", "65534:65534", pod.toString()));
    long longest = 0;

    for (int i = 0; i < TIMES; i++) {
      long before = used(volume);
      Path nested = pod.resolve("n" + i);
      asPod("btrfs", "subvolume", "create", "-i", group, nested.toString());
      long made = System.nanoTime();
      Files.write(nested.resolve("first"), new byte[FIRST_BYTES]);
      while (used(volume) < before + FIRST_BYTES) {
        assertThat(System.nanoTime() - made).isLessThan(Duration.ofSeconds(20).toNanos());
      }
      longest = Math.max(longest, System.nanoTime() - made);
    }
    asPod("dd", "if=/dev/zero", "of=" + pod + "/n0/file", "bs=1M", "count=8", "conv=fsync");

    System.out.println("confined after at most " + Duration.ofNanos(longest));
    assertThat(used(volume)).isGreaterThanOrEqualTo(8 * MIB);
    assertThat(used(victim)).isLessThan(MIB);
    hidden(volume.id(), pod);
  }

  private long used(Volume volume) throws IOException {
    return linux.subvolumes().quota(home(volume.id()).data()).usedBytes();
  }

  private String subvolumeId(Volume volume) throws IOException {
    Path data = home(volume.id()).data();
    return Processes.run(Command.of("btrfs", "inspect-internal", "rootid", data.toString()))
        .out()
        .strip();
  }

  private static void asPod(String... argv) throws IOException {
    Processes.run(
        Command.of("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups").with(argv));
  }
}
