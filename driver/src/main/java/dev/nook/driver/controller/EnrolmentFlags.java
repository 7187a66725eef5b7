package dev.nook.driver.controller;

import dev.nook.driver.cli.FlagTypes;
import dev.nook.trust.ClusterTrust;
import java.net.InetSocketAddress;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The flags by which a controller certifies the nodes of its Kubernetes cluster.
final class EnrolmentFlags {
  /// For whom the tokens of node pods are projected.
  private static final String AUDIENCE = "nook-controller";

  @Option(
      names = "--enrol-endpoint",
      paramLabel = "ADDRESS",
      converter = FlagTypes.Http.class,
      description = {
        "Certify nodes at this address, such as :9812 (nook serve --enrol), and this controller",
        "itself: the files of --tls-cert, --tls-key and --tls-ca are then written by it. Needs the",
        "API server of a Kubernetes cluster."
      })
  private Optional<InetSocketAddress> address = Optional.empty();

  @Option(
      names = "--authorities",
      paramLabel = "NAME",
      defaultValue = "nook-authorities",
      description =
          "The Secret that keeps the authorities, and the ConfigMap that shows them to nodes"
              + " (default: ${DEFAULT-VALUE}).")
  private String authorities = "nook-authorities";

  @Option(
      names = "--node-account",
      paramLabel = "NAME",
      defaultValue = "nook-node",
      description = "The service account of the node pods (default: ${DEFAULT-VALUE}).")
  private String account = "nook-node";

  /// @param namespace the namespace of the driver
  Optional<EnrolmentEndpoint> endpoint(String namespace) {
    return address.map(at ->
        new EnrolmentEndpoint(
            at, namespace, new ClusterTrust.Names(authorities, account, AUDIENCE)));
  }
}
