package dev.nook.driver.serve;

import dev.nook.store.health.PoolFault;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.id.PoolName;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.EnumSet;
import java.util.Set;

/// Exports the faults of the health calls as Prometheus metrics by reason; no label has the id of a
/// volume.
record FaultMetrics(PrometheusRegistry registry, WatchedHealth health) {
  /// The reasons of volumes; faults that volumes have through their pool are counted with the pool.
  static final Set<VolumeFault.Reason> OF_VOLUMES =
      EnumSet.complementOf(
          EnumSet.of(VolumeFault.Reason.POOL_CLOSED, VolumeFault.Reason.POOL_UNRESPONSIVE));

  void register() {
    gauge(
        "nook_volume_faults",
        "Volumes with this fault, as NodeGetVolumeHealth reports it.",
        this::countVolumes);
    gauge(
        "nook_pool_faults",
        "1 while the pool has this fault, as NodeGetStorageHealth reports it.",
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
