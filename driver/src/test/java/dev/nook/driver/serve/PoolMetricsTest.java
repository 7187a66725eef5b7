package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.health.PoolLimits;
import dev.nook.store.id.Name;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.CapacityRange;
import dev.nook.store.volume.Shape;
import dev.nook.store.volume.VolumeSource;
import dev.nook.store.volume.VolumeSpec;
import dev.nook.testing.fake.FakeKernel;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoolMetricsTest {
  private static final PoolName FAST = new PoolName("fast");

  @TempDir Path temporary;

  private final PrometheusRegistry registry = new PrometheusRegistry();
  private OpenPools pools;
  private PoolWatch watch;

  @BeforeEach
  void start() throws Exception {
    Path folder = temporary.toRealPath();
    var kernel = new FakeKernel(folder, FakeKernel.Options.on(FileSystemType.XFS));
    List<PoolConfig> configs =
        List.of(
            PoolConfig.of(PoolName.DEFAULT, Files.createDirectory(folder.resolve("default"))),
            PoolConfig.of(FAST, folder.resolve("absent")));
    pools = new OpenPools(configs, "node-a", kernel.linux());
    watch = new PoolWatch(pools.upkeep, () -> 7);
    new PoolMetrics(registry, watch).register();
    pools.lock();
    watch.begin();
  }

  @AfterEach
  void stop() {
    pools.close();
  }

  @Test
  void aPoolIsNotOpenUntilItIsReadAndAClosedOneStaysSo() throws IOException {
    assertThat(value("nook_pool_open", "default")).isZero();

    read();

    assertThat(value("nook_pool_open", "default")).isEqualTo(1);
    assertThat(value("nook_pool_degraded", "default")).isZero();
    assertThat(value("nook_pool_open", "fast")).isZero();
  }

  @Test
  void roomAndVolumesAreThoseOfThePool() throws Exception {
    read();
    VolumeId id = create("v");
    pools.attachments.attach(pools.volumes.get(id));
    watch.look(PoolName.DEFAULT);

    assertThat(value("nook_pool_volumes", "default")).isEqualTo(1);
    assertThat(value("nook_pool_max_volumes", "default")).isEqualTo(PoolLimits.DEFAULT.volumes());
    assertThat(value("nook_pool_max_snapshots", "default"))
        .isEqualTo(PoolLimits.DEFAULT.snapshots());
    assertThat(value("nook_pool_charged_bytes", "default")).isEqualTo(64 << 20);
    assertThat(value("nook_pool_template_bytes", "default")).isPositive();
    assertThat(value("nook_pool_available_bytes", "default")).isPositive();
    assertThat(value("nook_pool_size_bytes", "default"))
        .isGreaterThan(value("nook_pool_available_bytes", "default"));
    assertThat(value("nook_pool_largest_extents", "default")).isPositive();
    assertThat(node("nook_staged_volumes")).isEqualTo(1);
    assertThat(node("nook_max_volumes")).isEqualTo(7);

    pools.attachments.detach(id);
    pools.volumes.delete(id);
    watch.look(PoolName.DEFAULT);
    assertThat(value("nook_pool_volumes", "default")).isZero();
    assertThat(value("nook_pool_trash_bytes", "default")).isPositive();
  }

  @Test
  void aDegradedPoolIsOpenAndHasNothingToPromise() throws IOException {
    read();
    Files.writeString(temporary.toRealPath().resolve("default/DEGRADED"), "");
    pools.upkeep.sweep(PoolName.DEFAULT);
    watch.look(PoolName.DEFAULT);

    assertThat(value("nook_pool_degraded", "default")).isEqualTo(1);
    assertThat(value("nook_pool_open", "default")).isEqualTo(1);
    assertThat(value("nook_pool_available_bytes", "default")).isZero();
  }

  @Test
  void aScrapeTellsWhatWasSeenNotWhatIs() throws Exception {
    read();
    create("v");

    assertThat(value("nook_pool_volumes", "default")).isZero();
    double age = value("nook_pool_status_age_seconds", "default");
    assertThat(value("nook_pool_status_age_seconds", "default")).isGreaterThan(age);
  }

  private void read() throws IOException {
    pools.scan();
    for (PoolName pool : pools.upkeep.names()) {
      watch.look(pool);
    }
  }

  private VolumeId create(String name) throws Exception {
    Shape shape = new Shape.Formatted(FileSystemType.EXT4, Shape.Provisioning.THIN);
    return pools
        .volumes
        .create(
            new VolumeSpec(
                new Name(name),
                Optional.of(PoolName.DEFAULT),
                shape,
                new CapacityRange(64L << 20, 0),
                new VolumeSource.Empty()))
        .id();
  }

  private double value(String name, String pool) {
    return gauge(name).getDataPoints().stream()
        .filter(point -> pool.equals(point.getLabels().get("pool")))
        .findFirst()
        .orElseThrow()
        .getValue();
  }

  private double node(String name) {
    return gauge(name).getDataPoints().getFirst().getValue();
  }

  private GaugeSnapshot gauge(String name) {
    return (GaugeSnapshot) registry.scrape(name::equals).stream().findFirst().orElseThrow();
  }
}
