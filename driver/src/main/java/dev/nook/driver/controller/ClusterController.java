package dev.nook.driver.controller;

import dev.nook.cluster.ClusterControllerService;
import dev.nook.cluster.peer.Discovery;
import dev.nook.cluster.peer.PeerNetwork;
import dev.nook.cluster.peer.Peers;
import dev.nook.cluster.place.RememberedPlacements;
import dev.nook.cluster.route.Router;
import dev.nook.cluster.route.RoutingTable;
import dev.nook.driver.cli.HttpAddress;
import dev.nook.driver.cli.Version;
import dev.nook.driver.http.HttpServer;
import dev.nook.driver.http.Monitoring;
import dev.nook.identity.IdentityService;
import dev.nook.identity.PluginInfo;
import dev.nook.rpc.CallLog;
import dev.nook.rpc.CallMetrics;
import dev.nook.rpc.CsiServer;
import dev.nook.rpc.Features;
import dev.nook.rpc.Gate;
import dev.nook.rpc.peer.LiveCredentials;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The controller of a cluster: builds all its objects, from the bottom up. It keeps nothing on any
/// disk; several may run side by side.
public final class ClusterController implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterController.class);
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final Peers peers;
  private final CsiServer server;
  private final ControllerReadiness readiness;
  private final Optional<HttpServer> http;
  private final ApiServer cluster;
  private final Optional<TrustKeeper> trust;

  /// @param kubernetes connects to the API server; asked only where the configuration needs it
  public ClusterController(ControllerConfig config, Supplier<KubernetesClient> kubernetes)
      throws IOException {
    var registry = new PrometheusRegistry();
    var credentials = LiveCredentials.ofController(config.tls());
    String driver = config.driverName();
    var table = new RoutingTable(driver);
    var metrics = new ControllerMetrics(registry);
    cluster = new ApiServer(kubernetes);
    Discovery nodes = config.nodes().discovery(cluster, driver);
    peers = new Peers(nodes, new PeerNetwork(credentials), driver, table, metrics);
    metrics.register(peers, credentials);

    var features = Features.ofCluster(config.snapshotTopology());
    var info = new PluginInfo(driver, Version.text(), Map.of());
    var service =
        new ClusterControllerService(
            peers, new Router(table, peers), new RememberedPlacements(), features, driver);
    var calls = new CallMetrics(registry);
    var log = new CallLog();
    server =
        new CsiServer(
            config.endpoint(),
            List.of(new IdentityService(info, features, () -> true), service),
            List.of(calls, log, new Gate(features, () -> true)),
            GRACE);
    trust =
        config.enrolment().isEmpty()
            ? Optional.empty()
            : Optional.of(
                new TrustKeeper(
                    config.enrolment().get(),
                    cluster.get(),
                    driver,
                    config.tls(),
                    credentials,
                    List.of(calls, log)));
    readiness = new ControllerReadiness(peers, credentials);
    var monitoring = new Monitoring(registry, readiness::answer);
    http = config.http().map(monitoring::at);
  }

  /// Serves calls, and begins to find the nodes: neither waits for the other.
  public void start() throws IOException {
    try {
      if (http.isPresent()) {
        http.get().start();
        LOG.atInfo()
            .addKeyValue("http", HttpAddress.text(http.get().listening()))
            .log("health and metrics are served");
      }
      if (trust.isPresent()) {
        trust.get().start();
      }
      peers.start();
      server.start();
      readiness.serving();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Returns the address at which health and metrics are served.
  public Optional<InetSocketAddress> http() {
    return http.map(HttpServer::listening);
  }

  /// Returns the port at which nodes enrol.
  public Optional<Integer> enrolmentPort() {
    return trust.map(TrustKeeper::port);
  }

  /// Lets running calls finish.
  @Override
  public void close() throws IOException {
    readiness.stopping();
    try (var _ = http.orElse(null);
        cluster;
        var _ = trust.orElse(null);
        peers) {
      server.close();
    }
  }
}
