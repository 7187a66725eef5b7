package dev.nook.driver.controller;

import dev.nook.cluster.peer.Peer;
import dev.nook.cluster.peer.PeerMeter;
import dev.nook.cluster.peer.Peers;
import dev.nook.cluster.peer.Presence;
import dev.nook.driver.cli.Version;
import dev.nook.rpc.peer.LiveCredentials;
import io.grpc.Status;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Locale;

/// Exports what a controller sees of its nodes as Prometheus metrics.
final class ControllerMetrics implements PeerMeter {
  private static final double MILLIS = 1000;

  private final PrometheusRegistry registry;
  private final Counter calls;

  ControllerMetrics(PrometheusRegistry registry) {
    this.registry = registry;
    calls =
        Counter.builder()
            .name("nook_peer_calls_total")
            .help("Calls for volumes of a node, by the answer's code.")
            .labelNames("node", "code")
            .register(registry);
    Info.builder()
        .name("nook_build_info")
        .help("The running version.")
        .labelNames("version")
        .register(registry)
        .setLabelValues(Version.text());
  }

  @Override
  public void answered(String node, Status.Code code) {
    calls.labelValues(node, code.name()).inc();
  }

  void register(Peers peers, LiveCredentials credentials) {
    GaugeWithCallback.builder()
        .name("nook_peers")
        .help("Nodes that are known, by whether they answer.")
        .labelNames("state")
        .callback(gauge -> {
          for (Presence.State state : Presence.State.values()) {
            gauge.call(count(peers, state), state.name().toLowerCase(Locale.ROOT));
          }
        })
        .register(registry);
    GaugeWithCallback.builder()
        .name("nook_peer_up")
        .help("1 while the node answers.")
        .labelNames("node")
        .callback(gauge -> {
          for (Peer peer : peers.all()) {
            gauge.call(peer.presence().ready() ? 1 : 0, peer.node());
          }
        })
        .register(registry);
    registerEnd(registry, credentials);
  }

  /// Exports until when the certificate is valid; nothing while there is none.
  private static void registerEnd(PrometheusRegistry registry, LiveCredentials credentials) {
    GaugeWithCallback.builder()
        .name("nook_certificate_end_timestamp_seconds")
        .help("When the certificate that is shown to peers ends, in seconds since 1970.")
        .callback(
            gauge -> credentials.end().ifPresent(end -> gauge.call(end.toEpochMilli() / MILLIS)))
        .register(registry);
  }

  private static long count(Peers peers, Presence.State state) {
    return peers.all().stream().filter(peer -> peer.presence().state() == state).count();
  }
}
