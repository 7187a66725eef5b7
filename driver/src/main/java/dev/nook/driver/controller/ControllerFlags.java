package dev.nook.driver.controller;

import dev.nook.cluster.peer.FixedPeers;
import dev.nook.cluster.peer.KnownPeer;
import dev.nook.driver.cli.DriverNameFlag;
import dev.nook.driver.cli.FlagTypes;
import dev.nook.driver.cli.TlsFlags;
import dev.nook.rpc.Endpoint;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// The flags of `nook controller`.
final class ControllerFlags {
  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      defaultValue = "unix:///run/nook/csi.sock",
      converter = FlagTypes.Socket.class,
      description = "The Unix socket to serve on (default: ${DEFAULT-VALUE}); also CSI_ENDPOINT.")
  private Endpoint endpoint = Endpoint.parse("unix:///run/nook/csi.sock");

  @Option(
      names = "--peer",
      paramLabel = "NODE=HOST:PORT",
      split = "[;\n]",
      splitSynopsisLabel = ";",
      converter = Peer.class,
      description = {
        "A node, and where its driver serves controllers (nook serve --peer-endpoint); may be",
        "repeated. In NOOK_PEER, nodes are separated by ; or newlines."
      })
  private List<KnownPeer> peers = new ArrayList<>();

  @Option(
      names = "--peer-service",
      paramLabel = "NAME",
      description = {
        "The headless Service of the node pods, in a Kubernetes cluster: every endpoint that serves is",
        "a node, at its port called peer. In place of --peer."
      })
  private Optional<String> service = Optional.empty();

  @Option(
      names = "--namespace",
      paramLabel = "NAME",
      defaultValue = "nook",
      description = "The namespace of the driver (default: ${DEFAULT-VALUE}).")
  private String namespace = "nook";

  @Mixin private TlsFlags tls = new TlsFlags();

  @Mixin private EnrolmentFlags enrolment = new EnrolmentFlags();

  @Mixin private DriverNameFlag driver = new DriverNameFlag();

  @Option(
      names = "--snapshot-topology",
      description =
          "Say from which node a snapshot can be used (CSI v1.13, alpha), as the nodes do.")
  private boolean snapshotTopology;

  @Option(
      names = "--http",
      paramLabel = "ADDRESS",
      converter = FlagTypes.Http.class,
      description =
          "Serve /livez, /readyz and /metrics at this address, such as :9810 or 127.0.0.1:9810.")
  private Optional<InetSocketAddress> http = Optional.empty();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  ControllerConfig config() {
    try {
      return new ControllerConfig(
          endpoint,
          driver.name(),
          snapshotTopology,
          nodes(),
          tls.required("nook controller"),
          enrolment.endpoint(namespace),
          http);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--peer: " + e.getMessage(), e);
    }
  }

  private PeerSource nodes() {
    if (service.isPresent() && !peers.isEmpty()) {
      throw new ParameterException(
          command.commandLine(), "--peer and --peer-service cannot be used together");
    }
    return service
        .<PeerSource>map(name -> new PeerSource.OfService(namespace, name))
        .orElseGet(() -> new PeerSource.Named(new FixedPeers(peers)));
  }

  static final class Peer implements ITypeConverter<KnownPeer> {
    @Override
    public KnownPeer convert(String text) {
      try {
        return KnownPeer.parse(text);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(String.valueOf(e.getMessage()));
      }
    }
  }
}
