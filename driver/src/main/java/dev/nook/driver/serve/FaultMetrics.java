package dev.nook.driver.serve;

import dev.nook.store.health.PoolFault;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.PoolName;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumSet;
import java.util.Set;

/// What the health calls say, as Prometheus metrics by reason: no label holds the id of a volume.
record FaultMetrics(PrometheusRegistry registry, WatchedHealth health) {
  /// What a volume has by its pool is counted with the pool.
  static final Set<VolumeFault.Reason> OF_VOLUMES =
      EnumSet.complementOf(
          EnumSet.of(VolumeFault.Reason.POOL_CLOSED, VolumeFault.Reason.POOL_UNRESPONSIVE));

  void register() {
    gauge(
        "nook_volume_faults",
        "Volumes with something wrong, as NodeGetVolumeHealth says it.",
        this::countVolumes);
    gauge(
        "nook_pool_faults",
        "1 while something is wrong with the pool, as NodeGetStorageHealth says it.",
        this::flagPool);
  }

  private interface Count {
    void of(PoolName pool, GaugeWithCallback.Callback gauge);
  }

  private void gauge(String name, String help, Count count) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("pool", "reason")
        .callback(gauge -> health.pools().names().forEach(pool -> count.of(pool, gauge)))
        .register(registry);
  }

  private void countVolumes(PoolName pool, GaugeWithCallback.Callback gauge) {
    var volumes = health.volumes(pool).values();
    for (VolumeFault.Reason reason : OF_VOLUMES) {
      long ill =
          volumes.stream()
              .filter(faults -> faults.stream().anyMatch(fault -> fault.reason() == reason))
              .count();
      gauge.call(ill, pool.text(), reason.text());
    }
  }

  private void flagPool(PoolName pool, GaugeWithCallback.Callback gauge) {
    var faults = health.of(pool);
    for (PoolFault.Reason reason : PoolFault.Reason.values()) {
      boolean ill = faults.stream().anyMatch(fault -> fault.reason() == reason);
      gauge.call(ill ? 1 : 0, pool.text(), reason.text());
    }
  }
}
