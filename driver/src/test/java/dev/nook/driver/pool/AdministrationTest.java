package dev.nook.driver.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.serve.Driver;
import dev.nook.driver.serve.OpenPools;
import dev.nook.linux.fs.Disk;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolGlance;
import dev.nook.store.health.PoolGlance.State;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Record;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.Volume;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import dev.nook.testing.fake.FakeKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests what an administrator sees and changes in a pool, whether or not a driver runs.
class AdministrationTest {
  @TempDir private Path temporary;
  private FakeKernel kernel;
  private PoolConfig config;

  @BeforeEach
  void aPool() throws IOException {
    Path folder = temporary.toRealPath();
    kernel = new FakeKernel(folder);
    config = PoolConfig.of(PoolName.DEFAULT, Files.createDirectory(folder.resolve("pool")));
  }

  @Test
  void aPoolIsNewThenOpenThenHeld() throws IOException, PoolHeld {
    assertThat(glance().state()).isEqualTo(State.NEW);
    assertThat(config.path()).isEmptyDirectory();

    try (OpenPools pools = opened("node-a")) {
      assertThat(pools.upkeep.ready()).isTrue();
      assertThat(glance().state()).isEqualTo(State.OPEN);
      assertThat(glance().node()).contains("node-a");
      assertThat(glance().holder()).contains("process " + ProcessHandle.current().pid());
    }
    assertThat(glance().holder()).isEmpty();
  }

  @Test
  void aDegradedPoolSaysWhyUntilItIsRecovered() throws IOException, PoolHeld, StorageException {
    opened("node-a").close();
    Path marker = new Layout(config.path()).degraded();
    Files.write(
        marker,
        Record.of("degraded")
            .with("why", "fsync said no")
            .with("since", "2026-01-01T00:00:00Z")
            .bytes());

    assertThat(glance().state()).isEqualTo(State.DEGRADED);
    assertThat(glance().why()).contains("fsync said no");
    Driver.administration(List.of(config), "", kernel.linux()).recover(PoolName.DEFAULT);

    assertThat(marker).doesNotExist();
    assertThat(glance().state()).isEqualTo(State.OPEN);
  }

  @Test
  void lookingDoesNotTakeTheLockFromItsHolder() throws IOException, PoolHeld {
    try (OpenPools _ = opened("node-a")) {
      PoolGlance _ = glance();

      try (Disk.Held lock =
          kernel.linux().disk().tryLock(new Layout(config.path()).lock()).orElse(null)) {
        assertThat(lock).isNull();
      }
    }
  }

  @Test
  void whatTemplatesHoldIsSeenWhileTheyAreThere() throws Exception {
    kernel = new FakeKernel(temporary.toRealPath(), FakeKernel.Options.on(FileSystemType.XFS));
    try (OpenPools pools = opened("node-a")) {
      assertThat(glance().templateBytes()).isZero();

      Volume _ = pools.volumes.create(ext4("pvc"));

      assertThat(glance().templateBytes())
          .isPositive()
          .isEqualTo(pools.upkeep.status(PoolName.DEFAULT).templateBytes());
    }
  }

  private static VolumeSpec ext4(String name) {
    return new VolumeSpec(
        new Name(name),
        Optional.of(PoolName.DEFAULT),
        new Shape.Formatted(FileSystemType.EXT4, Shape.Provisioning.THIN),
        new CapacityRange(64L << 20, 0),
        new VolumeSource.Empty());
  }

  private PoolGlance glance() {
    return Driver.administration(List.of(config), "", kernel.linux()).glance(config.name());
  }

  private OpenPools opened(String node) throws PoolHeld {
    OpenPools pools = new OpenPools(List.of(config), node, kernel.linux());
    pools.lock();
    pools.scan();
    return pools;
  }
}
