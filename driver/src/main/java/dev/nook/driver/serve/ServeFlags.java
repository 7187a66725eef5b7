package dev.nook.driver.serve;

import dev.nook.driver.cli.DriverNameFlag;
import dev.nook.driver.cli.FlagTypes;
import dev.nook.driver.cli.KubeletFlag;
import dev.nook.driver.cli.PoolFlags;
import dev.nook.driver.cli.TlsFlags;
import dev.nook.driver.cli.VolumeLimit;
import dev.nook.rpc.Endpoint;
import dev.nook.rpc.Features;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The flags of `nook serve`.
final class ServeFlags {
  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      defaultValue = "unix:///run/nook/csi.sock",
      converter = FlagTypes.Socket.class,
      description = "The Unix socket to serve on (default: ${DEFAULT-VALUE}); also CSI_ENDPOINT.")
  Endpoint endpoint = Endpoint.parse("unix:///run/nook/csi.sock");

  @Option(
      names = "--node-id",
      paramLabel = "NAME",
      required = true,
      converter = FlagTypes.NodeId.class,
      description = "This node's name, as Kubernetes calls it.")
  String nodeId = "";

  @Mixin PoolFlags pools = new PoolFlags();

  @Mixin DriverNameFlag driver = new DriverNameFlag();

  @Option(
      names = "--max-volumes",
      paramLabel = "N|@FILE",
      defaultValue = "1000",
      converter = FlagTypes.Limit.class,
      description =
          "How many volumes may be staged at once on this node: "
              + VolumeLimit.GRAMMAR
              + " (default: ${DEFAULT-VALUE}).")
  VolumeLimit maxVolumes = new VolumeLimit.Fixed(1);

  @Option(
      names = "--controller-expand",
      description = "Serve ControllerExpandVolume, for a CO with one node.")
  boolean controllerExpand;

  @Option(
      names = "--snapshot-topology",
      description = "Say from which node a snapshot can be used (CSI v1.13, alpha).")
  boolean snapshotTopology;

  @Mixin KubeletFlag kubelet = new KubeletFlag();

  @Option(
      names = "--register",
      paramLabel = "DIR",
      converter = FlagTypes.Absolute.class,
      description =
          "Register with kubelet in its plugin folder, such as"
              + " /var/lib/kubelet/plugins_registry.")
  Optional<Path> register = Optional.empty();

  @Option(
      names = "--http",
      paramLabel = "ADDRESS",
      converter = FlagTypes.Http.class,
      description =
          "Serve /livez, /readyz and /metrics at this address, such as :9810 or 127.0.0.1:9810.")
  Optional<InetSocketAddress> http = Optional.empty();

  @Option(
      names = "--peer-endpoint",
      paramLabel = "ADDRESS",
      converter = FlagTypes.Http.class,
      description =
          "Serve the controllers of a cluster at this address, such as :9811, over TLS with"
              + " client certificates; needs --tls-cert, --tls-key and --tls-ca.")
  Optional<InetSocketAddress> peerEndpoint = Optional.empty();

  @Mixin TlsFlags tls = new TlsFlags();

  @Mixin EnrolFlags enrol = new EnrolFlags();

  Config config() {
    Config alone =
        new Config(
            endpoint,
            nodeId,
            pools.atLeastOne(),
            driver.name(),
            maxVolumes,
            new Features(controllerExpand, snapshotTopology),
            kubelet.directory(),
            register,
            http);
    if (peerEndpoint.isEmpty() && (tls.any() || enrol.any())) {
      throw new Config.Conflict(
          "--tls-cert, --tls-key, --tls-ca, --enrol and --enrol-token are for --peer-endpoint");
    }
    return peerEndpoint
        .map(address -> new PeerEndpoint(address, tls.required("--peer-endpoint"), enrol.point()))
        .map(alone::with)
        .orElse(alone);
  }
}
