package dev.nook.driver.controller;

import dev.nook.cluster.discovery.ServicePeers;
import dev.nook.cluster.peer.Discovery;
import dev.nook.cluster.peer.FixedPeers;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.function.Supplier;

/// From where a controller knows the nodes of its cluster.
public sealed interface PeerSource {
  /// The command line names them.
  record Named(FixedPeers peers) implements PeerSource {}

  /// They are the endpoints of a headless Service.
  record OfService(String namespace, String name) implements PeerSource {}

  /// @param cluster connects to the API server; asked only where it is needed
  /// @param driver the name of the driver
  default Discovery discovery(Supplier<KubernetesClient> cluster, String driver) {
    return switch (this) {
      case Named(var peers) -> peers;
      case OfService(var namespace, var name) ->
          new ServicePeers(cluster.get(), namespace, name, driver);
    };
  }
}
