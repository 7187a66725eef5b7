package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.linux.fs.FileSystems.Usage;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.StorageException;
import dev.nook.store.health.PoolFault;
import dev.nook.store.health.PoolFault.Reason;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is said of a pool that is not as it should be, beside one that is.
class WatchedHealthTest {
  private static final PoolName POOL = PoolName.DEFAULT;
  private static final PoolName WELL = new PoolName("well");

  @TempDir Path temporary;

  private boolean fails;
  private FakeKernel kernel;
  private OpenPools pools;
  private PoolWatch watch;
  private WatchedHealth health;

  @BeforeEach
  void start() throws Exception {
    Path folder = temporary.toRealPath();
    kernel = new FakeKernel(folder, FakeKernel.Options.on(FileSystemType.XFS));
    Linux linux =
        Interposed.before(
            kernel.linux(),
            Set.of("list"),
            () -> {
              if (fails) {
                throw new IOException("this disk lists nothing");
              }
            });
    List<PoolConfig> configs =
        List.of(
            PoolConfig.of(POOL, Files.createDirectory(folder.resolve("default"))),
            PoolConfig.of(WELL, Files.createDirectory(folder.resolve("well"))));
    pools = new OpenPools(configs, "node-a", linux);
    watch = new PoolWatch(pools.upkeep, () -> 7);
    health = new WatchedHealth(pools.upkeep, watch);
    pools.lock();
    watch.begin();
  }

  @AfterEach
  void stop() {
    pools.close();
  }

  @Test
  void aVolumeIsUnknownUntilItsPoolIsReadAndThenByItsCatalogue() throws Exception {
    VolumeId absent = new VolumeId("aaaaaaaa-v-aaaaaaaaaaaaaaaaaaaaaaaaaa");
    pools.upkeep.scan(WELL);
    VolumeId there = VolumeId.of(pools.upkeep.status(POOL).tag().orElseThrow(), new Name("v"));

    assertThatThrownBy(() -> health.of(absent)).isInstanceOf(StorageException.NotFound.class);
    assertThatThrownBy(() -> health.of(there)).isInstanceOf(StorageException.Unavailable.class);

    pools.upkeep.scan(POOL);
    assertThatThrownBy(() -> health.of(there)).isInstanceOf(StorageException.NotFound.class);
    assertThat(health.of(create())).isEmpty();
    assertThat(health.ofPools()).isEmpty();
  }

  @Test
  void aDegradedPoolIsToldAndItsVolumesAreWell() throws Exception {
    pools.scan();
    VolumeId volume = create();
    Files.writeString(pools.upkeep.status(POOL).path().resolve("DEGRADED"), "nonsense");
    pools.upkeep.sweep(POOL);

    assertReasons(Reason.POOL_DEGRADED);
    assertThat(health.of(volume)).isEmpty();
  }

  @Test
  void aPoolWithLessThanATenthLeftIsNearlyFull() throws Exception {
    pools.scan();
    kernel.leaveAvailable(5L << 30);
    pools.upkeep.sweep(POOL);

    assertReasons(Reason.POOL_NEARLY_FULL);
  }

  @Test
  void errorsOnThePoolsOwnFilesystemAreTold() throws Exception {
    pools.scan();
    kernel.meetError(pools.upkeep.status(POOL).path());
    watch.look(POOL);

    assertReasons(Reason.POOL_FILESYSTEM_ERRORS);
  }

  @Test
  void whatHousekeepingFailsOfIsToldUntilItSucceeds() throws Exception {
    pools.scan();
    fails = true;
    pools.upkeep.sweep(POOL);
    watch.look(POOL);
    assertReasons(Reason.HOUSEKEEPING_FAILS);
    assertThat(health.ofPools())
        .anySatisfy(fault -> assertThat(fault.message()).contains("this disk lists nothing"));

    fails = false;
    pools.upkeep.sweep(POOL);
    watch.look(POOL);
    assertReasons();
  }

  @Test
  void roomAndInodesThatRunOutAreTold() {
    var plenty = new Usage(1000, 0, 1000, 0, 0, 0);
    var none = new Usage(1000, 901, 99, 1000, 901, 99);

    assertThat(PoolFault.of(POOL, plenty, true)).isEmpty();
    assertThat(PoolFault.of(POOL, none, false))
        .extracting(PoolFault::reason)
        .containsExactly(Reason.POOL_INODES_NEARLY_GONE);
    assertThat(PoolFault.of(POOL, none, true))
        .extracting(PoolFault::reason)
        .containsExactly(Reason.POOL_SHORT, Reason.POOL_INODES_NEARLY_GONE);
  }

  @Test
  void aPoolThatWasNotSeenForLongDoesNotAnswer() {
    assertThat(PoolFault.of(POOL, Duration.ofSeconds(119))).isEmpty();
    assertThat(PoolFault.of(POOL, Duration.ofSeconds(121)))
        .extracting(PoolFault::reason)
        .containsExactly(Reason.POOL_UNRESPONSIVE);
  }

  private void assertReasons(Reason... reasons) {
    assertThat(health.of(POOL).stream().map(PoolFault::reason).distinct()).containsExactly(reasons);
    assertThat(health.ofPools()).allSatisfy(fault -> assertThat(fault.message()).isNotEmpty());
  }

  private VolumeId create() throws Exception {
    return pools
        .volumes
        .create(
            new VolumeSpec(
                new Name("v"),
                Optional.of(POOL),
                new Shape.Formatted(FileSystemType.EXT4, Shape.Provisioning.THIN),
                new CapacityRange(64L << 20, 0),
                new VolumeSource.Empty()))
        .id();
  }
}
