package dev.nook.driver.serve;

import dev.nook.driver.cli.Version;
import dev.nook.driver.serve.PoolWatch.Seen;
import dev.nook.store.health.PoolStatus;
import dev.nook.store.health.PoolStatus.Health;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/// Exports the pools and volumes of this node as Prometheus metrics, from what was last seen: a
/// scrape reads no disk.
record PoolMetrics(PrometheusRegistry registry, PoolWatch watch) {
  void register() {
    Info.builder()
        .name("nook_build_info")
        .help("The running version.")
        .labelNames("version")
        .register(registry)
        .setLabelValues(Version.text());
    registerRoom();
    registerState();
    node(
        "nook_staged_volumes",
        "Volumes attached or mounted on this node.",
        () -> watch.seen().values().stream().mapToInt(seen -> seen.sample().staged()).sum());
    node(
        "nook_max_volumes", "Volumes that may be staged at once on this node.", watch::mostVolumes);
  }

  private void registerRoom() {
    status(
        "nook_pool_size_bytes", "The most that may be charged to the pool.", PoolStatus::sizeBytes);
    status(
        "nook_pool_available_bytes",
        "What thin volumes can still be given; 0 while degraded.",
        PoolStatus::availableBytes);
    status(
        "nook_pool_charged_bytes",
        "What volumes, snapshots and the trash are charged.",
        PoolStatus::chargedBytes);
    status(
        "nook_pool_trash_bytes",
        "What deleted volumes and snapshots still hold.",
        PoolStatus::trashBytes);
    status(
        "nook_pool_template_bytes",
        "What templates of new volumes hold, which counts as available.",
        PoolStatus::templateBytes);
  }

  private void registerState() {
    status(
        "nook_pool_open",
        "1 while the pool is served, degraded or not.",
        pool -> flag(pool.health() instanceof Health.Open || isDegraded(pool)));
    status(
        "nook_pool_degraded",
        "1 after an I/O error, until nook pool recover.",
        pool -> flag(isDegraded(pool)));
    status("nook_pool_volumes", "Volumes in the pool.", PoolStatus::volumes);
    status("nook_pool_snapshots", "Snapshots in the pool.", PoolStatus::snapshots);
    status(
        "nook_pool_max_volumes",
        "Volumes that the pool may hold.",
        pool -> pool.limits().volumes());
    status(
        "nook_pool_max_snapshots",
        "Snapshots that the pool may hold.",
        pool -> pool.limits().snapshots());
    status(
        "nook_pool_quarantined",
        "Volumes and snapshots whose record cannot be trusted.",
        PoolStatus::quarantined);
    pool(
        "nook_pool_largest_extents",
        "Extents of the most fragmented image.",
        seen -> seen.sample().largestExtents());
    pool(
        "nook_pool_status_age_seconds",
        "Time since the pool was last looked at; grows while its disk hangs.",
        seen -> seconds(seen.age()));
  }

  private void status(String name, String help, ToDoubleFunction<PoolStatus> value) {
    pool(name, help, seen -> value.applyAsDouble(seen.sample().status()));
  }

  private void pool(String name, String help, ToDoubleFunction<Seen> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("pool")
        .callback(gauge ->
            watch
                .seen()
                .forEach((pool, seen) -> gauge.call(value.applyAsDouble(seen), pool.text())))
        .register(registry);
  }

  private void node(String name, String help, DoubleSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(gauge -> gauge.call(value.getAsDouble()))
        .register(registry);
  }

  private static boolean isDegraded(PoolStatus pool) {
    return pool.health() instanceof Health.Degraded;
  }

  private static double flag(boolean on) {
    return on ? 1 : 0;
  }

  private static double seconds(Duration age) {
    return age.toNanos() / 1e9;
  }
}
