package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolStatus.Health;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Tests a hanging disk and a thread that meets an error, beside a sound pool.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HousekeepingTest {
  private static final PoolName ILL = new PoolName("ill");

  @TempDir Path temporary;

  private final CountDownLatch answered = new CountDownLatch(1);
  private volatile boolean hangs;
  private Linux linux;
  private List<PoolConfig> configs;

  @BeforeEach
  void boot() throws IOException {
    Path folder = temporary.toRealPath();
    var kernel = new FakeKernel(folder, FakeKernel.Options.on(FileSystemType.XFS));
    linux =
        Interposed.before(
            kernel.linux(),
            Set.of("tryLock", "list"),
            () -> {
              if (hangs && Thread.currentThread().getName().equals("nook-pool-ill")) {
                hang();
              }
            });
    configs =
        List.of(
            PoolConfig.of(ILL, Files.createDirectory(folder.resolve("ill"))),
            PoolConfig.of(PoolName.DEFAULT, Files.createDirectory(folder.resolve("default"))));
  }

  /// Lets the disk answer, and its thread end before the folder is removed.
  @AfterEach
  void wake() throws InterruptedException {
    answered.countDown();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().equals("nook-pool-ill")) {
        thread.join();
      }
    }
  }

  private void hang() throws IOException {
    try {
      answered.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aStartAndTheCallsOfOtherPoolsGoOnWithoutAPoolWhoseDiskHangs()
      throws IOException, InterruptedException, PoolHeld, StorageException {
    hangs = true;
    OpenPools pools = new OpenPools(configs, "node-a", linux);
    var housekeeping =
        new Housekeeping(pools.upkeep, new PoolWatch(pools.upkeep, () -> 7), Duration.ZERO);

    housekeeping.enter(Duration.ofSeconds(1));
    housekeeping.start();
    awaitOpen(pools, PoolName.DEFAULT);

    assertThat(pools.upkeep.ready()).as("for a while calls wait for every pool").isFalse();
    pools.upkeep.awaitNoOther();
    assertThat(pools.upkeep.ready()).isTrue();
    pools.attachments.attach(pools.volumes.create(spec(PoolName.DEFAULT)));
    assertThatThrownBy(() -> pools.volumes.create(spec(ILL)))
        .isInstanceOf(StorageException.Unavailable.class);

    answered.countDown();
    awaitOpen(pools, ILL);
    housekeeping.close();
    assertFree();
  }

  @Test
  void aStopLetsGoOfEveryLockWhileADiskHangs() throws InterruptedException, IOException, PoolHeld {
    OpenPools pools = new OpenPools(configs, "node-a", linux);
    var housekeeping =
        new Housekeeping(pools.upkeep, new PoolWatch(pools.upkeep, () -> 7), Duration.ZERO);
    housekeeping.enter(Duration.ofSeconds(30));
    hangs = true;
    housekeeping.start();
    awaitOpen(pools, PoolName.DEFAULT);

    housekeeping.close();

    assertFree();
  }

  @Test
  void anErrorEndsNoRoundOfHousekeepingButItsOwn()
      throws InterruptedException, IOException, PoolHeld {
    CountDownLatch rounds = new CountDownLatch(2);
    Linux erring =
        Interposed.before(
            linux,
            Set.of("list"),
            () -> {
              if (rounds.getCount() > 0
                  && Thread.currentThread().getName().equals("nook-pool-ill")) {
                rounds.countDown();
                throw new NoClassDefFoundError("nobody can foresee this");
              }
            });
    OpenPools pools = new OpenPools(configs, "node-a", erring);
    var housekeeping =
        new Housekeeping(pools.upkeep, new PoolWatch(pools.upkeep, () -> 7), Duration.ZERO);
    housekeeping.enter(Duration.ofSeconds(30));
    housekeeping.start();

    rounds.await();
    awaitOpen(pools, ILL);

    housekeeping.close();
  }

  private void assertFree() throws PoolHeld {
    try (OpenPools next = new OpenPools(configs, "node-a", linux)) {
      next.lock();
    }
  }

  private static void awaitOpen(OpenPools pools, PoolName pool) throws InterruptedException {
    while (!(pools.upkeep.status(pool).health() instanceof Health.Open)) {
      Thread.onSpinWait();
    }
  }

  private static VolumeSpec spec(PoolName pool) {
    return new VolumeSpec(
        new Name("in-" + pool),
        Optional.of(pool),
        new Shape.Formatted(FileSystemType.EXT4, Shape.Provisioning.THIN),
        new CapacityRange(64L << 20, 0),
        new VolumeSource.Empty());
  }
}
