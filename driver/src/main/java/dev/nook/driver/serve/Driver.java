package dev.nook.driver.serve;

import dev.nook.controller.ControllerService;
import dev.nook.controller.PeerService;
import dev.nook.controller.Provisioner;
import dev.nook.controller.Snapshotter;
import dev.nook.driver.cli.HttpAddress;
import dev.nook.driver.cli.Version;
import dev.nook.driver.cli.VolumeLimit;
import dev.nook.driver.enrol.Enrolment;
import dev.nook.driver.http.HttpServer;
import dev.nook.driver.http.Monitoring;
import dev.nook.identity.IdentityService;
import dev.nook.identity.PluginInfo;
import dev.nook.linux.Linux;
import dev.nook.node.Expander;
import dev.nook.node.KubeletDirectory;
import dev.nook.node.LimitFile;
import dev.nook.node.Mounting;
import dev.nook.node.NodeInfo;
import dev.nook.node.NodeService;
import dev.nook.node.OwnMounts;
import dev.nook.node.Publisher;
import dev.nook.node.RefusedExpansions;
import dev.nook.node.Stager;
import dev.nook.node.VolumeSlots;
import dev.nook.node.VolumeStats;
import dev.nook.node.mount.DeviceViews;
import dev.nook.node.repair.Mender;
import dev.nook.node.repair.SelfRepair;
import dev.nook.node.repair.VolumesService;
import dev.nook.rpc.CallLog;
import dev.nook.rpc.CallMetrics;
import dev.nook.rpc.CsiServer;
import dev.nook.rpc.Features;
import dev.nook.rpc.Gate;
import dev.nook.rpc.Topology;
import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.PeerServer;
import dev.nook.store.Operations;
import dev.nook.store.PoolAdministration;
import dev.nook.store.PoolConfig;
import dev.nook.store.backend.Backends;
import dev.nook.store.directory.DirectoryBackend;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.host.Pools;
import dev.nook.store.loop.LoopBackend;
import io.grpc.ServerInterceptor;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One driver: builds all its objects, from the bottom up, so that this constructor shows what uses
/// what.
public final class Driver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Driver.class);
  private static final Duration JOINED_CALL = Duration.ofSeconds(20);

  /// How long running calls may take at a stop; with housekeeping's time it is less than the 30
  /// seconds that Kubernetes gives a pod.
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final CsiServer server;
  private final Housekeeping housekeeping;
  private final RepairThreads repairs = new RepairThreads();
  private final Optional<Registrar> registrar;
  private final Readiness readiness;
  private final Optional<HttpServer> http;
  private final Optional<PeerServer> peers;
  private final Optional<Enrolment> enrolment;

  public Driver(Config config, Linux linux) throws IOException {
    var pools = pools(config.pools(), config.nodeId(), linux);
    var upkeep = pools.upkeep();
    IntSupplier limit = limit(config.maxVolumes());
    var watch = new PoolWatch(upkeep, limit);
    var health = new WatchedHealth(upkeep, watch);
    housekeeping = new Housekeeping(upkeep, watch);

    var operations = new Operations(JOINED_CALL);
    var here = Topology.of(config.driverName(), config.nodeId());
    var features = config.features();

    var info = new PluginInfo(config.driverName(), Version.text(), Map.of());
    var identity = new IdentityService(info, features, upkeep::ready);

    List<Path> poolPaths = config.pools().stream().map(PoolConfig::path).toList();
    var kubelet =
        new KubeletDirectory(config.kubeletDir(), config.driverName(), poolPaths, linux.disk());
    var shown = pools.shown();
    var own = new OwnMounts(shown, linux.mounts(), kubelet);
    var views = new DeviceViews(linux);
    var refused = new RefusedExpansions();
    var slots = new VolumeSlots(shown, linux.mounts(), limit);
    var mender = new Mender(pools.repairs(), operations);
    var mounting = new Mounting(linux, pools.refusals(), new SelfRepair(mender, repairs::run));
    var stager =
        new Stager(pools.attachments(), mounting, operations, slots, kubelet, own, refused);
    var publisher =
        new Publisher(stager, pools.volumes(), linux, operations, kubelet, own, views, refused);
    var expander = new Expander(pools.volumes(), shown, linux, operations, views, refused);
    var provisioner = new Provisioner(pools.volumes(), operations, expander::growShown);
    var snapshotter = new Snapshotter(pools.snapshots(), operations);
    var controller = new ControllerService(provisioner, snapshotter, features, here);
    var node =
        new NodeService(
            stager,
            publisher,
            expander,
            new VolumeStats(pools.usage(), shown, linux.mounts()),
            health,
            features,
            new NodeInfo(config.nodeId(), here, limit));

    registrar = config.registration().map(socket -> new Registrar(socket, info, config.endpoint()));
    readiness = new Readiness(upkeep, watch, registrar);
    var registry = new PrometheusRegistry();
    http = config.http().map(address -> monitoring(registry, watch, health).at(address));
    List<ServerInterceptor> counted = counted(registry);
    server =
        new CsiServer(
            config.endpoint(),
            List.of(identity, controller, node, new VolumesService(mender)),
            and(counted, new Gate(features, upkeep::ready)),
            GRACE);

    var self =
        new PeerService.Node(config.nodeId(), config.driverName(), info.version(), here, limit);
    var remote = new Features(true, features.snapshotTopology());
    Optional<LiveCredentials> credentials =
        config.peers().map(point -> LiveCredentials.ofNode(point.files(), self.id()));
    peers =
        config.peers().isEmpty()
            ? Optional.empty()
            : Optional.of(
                PeerServer.ofPeers(
                    config.peers().get().address(),
                    credentials.orElseThrow(),
                    List.of(
                        new IdentityService(info, remote, upkeep::ready),
                        new ControllerService(provisioner, snapshotter, remote, here),
                        new PeerService(self, upkeep, pools.volumes())),
                    and(counted, new Gate(remote, upkeep::ready)),
                    GRACE));
    enrolment =
        config
            .peers()
            .flatMap(point ->
                point
                    .enrolment()
                    .map(at ->
                        new Enrolment(
                            at, point.files(), credentials.orElseThrow(), Clock.systemUTC())));
  }

  private Monitoring monitoring(
      PrometheusRegistry registry, PoolWatch watch, WatchedHealth health) {
    new PoolMetrics(registry, watch).register();
    new FaultMetrics(registry, health).register();
    return new Monitoring(registry, readiness::answer);
  }

  /// Returns the interceptors before a gate; calls are counted only where metrics are served.
  private List<ServerInterceptor> counted(PrometheusRegistry registry) {
    return http.isPresent()
        ? List.of(new CallMetrics(registry), new CallLog())
        : List.of(new CallLog());
  }

  private static List<ServerInterceptor> and(
      List<ServerInterceptor> first, ServerInterceptor last) {
    return Stream.concat(first.stream(), Stream.of(last)).toList();
  }

  /// What a command does to pools, without serving them.
  public static PoolAdministration administration(
      List<PoolConfig> pools, String nodeId, Linux linux) {
    return pools(pools, nodeId, linux).administration();
  }

  static Pools pools(List<PoolConfig> pools, String nodeId, Linux linux) {
    return new Pools(
        pools,
        nodeId,
        linux,
        Clock.systemUTC(),
        layout ->
            new Backends<>(new LoopBackend(layout, linux), new DirectoryBackend(layout, linux)));
  }

  /// Starts the driver. Returns when node calls are served; controller calls are served as soon as
  /// every pool is read or has taken too long. The socket is bound under the locks of all pools,
  /// except those whose disk does not answer: other pools do not wait for them.
  ///
  /// @param patience how long to wait for another driver to release a pool
  public void start(Duration patience) throws PoolHeld, IOException {
    try {
      if (http.isPresent()) {
        http.get().start();
        LOG.atInfo()
            .addKeyValue("http", HttpAddress.text(http.get().listening()))
            .log("health and metrics are served");
      }
      Housekeeping.Entering entering = housekeeping.enter(patience);
      server.prepare();
      entering.await();
      server.start();
      if (peers.isPresent()) {
        peers.get().start();
        LOG.atInfo().addKeyValue("port", peers.get().port()).log("controllers are served");
      }
      enrolment.ifPresent(Enrolment::start);
      readiness.serving();
      housekeeping.start();
      keepRegistered();
    } catch (PoolHeld | IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Makes the registration socket again if it is gone. To be called from time to time.
  void keepRegistered() {
    registrar.ifPresent(Registrar::keep);
  }

  /// Deregisters from kubelet, lets running calls finish, then releases the locks. What is mounted
  /// stays mounted.
  @Override
  public void close() throws IOException {
    readiness.stopping();
    try (var _ = http.orElse(null);
        housekeeping;
        repairs;
        server;
        var _ = peers.orElse(null);
        var _ = enrolment.orElse(null)) {
      if (registrar.isPresent()) {
        registrar.get().close();
      }
    }
  }

  /// Returns the address at which health and metrics are served.
  Optional<InetSocketAddress> http() {
    return http.map(HttpServer::listening);
  }

  /// Returns the port at which controllers are served.
  Optional<Integer> peerPort() {
    return peers.map(PeerServer::port);
  }

  private static IntSupplier limit(VolumeLimit limit) throws IOException {
    return switch (limit) {
      case VolumeLimit.Fixed(int volumes) -> () -> volumes;
      case VolumeLimit.FromFile(Path file) -> new LimitFile(file, VolumeLimit.MOST);
    };
  }
}
