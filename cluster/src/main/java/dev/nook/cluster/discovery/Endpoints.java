package dev.nook.cluster.discovery;

import dev.nook.cluster.peer.KnownPeer;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointConditions;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads [EndpointSlices](
/// https://kubernetes.io/docs/concepts/services-networking/endpoint-slices/): one peer for each
/// node that has an endpoint which serves.
final class Endpoints {
  private static final List<String> FAMILIES = List.of("IPv4", "IPv6", "FQDN");

  /// Best is a pod that stays, of the family that stands first.
  private static final Comparator<Found> BEST_FIRST =
      Comparator.comparing(Found::ends)
          .thenComparing(found -> FAMILIES.indexOf(found.family()))
          .thenComparing(found -> found.peer().host());

  private final String port;

  /// @param port the name of the port on which nodes serve controllers
  Endpoints(String port) {
    this.port = port;
  }

  private record Found(KnownPeer peer, boolean ends, String family) {}

  /// Returns the nodes. During an update a node has two pods: the one that stays is taken, and the
  /// one that ends only while there is no other.
  Collection<KnownPeer> of(Collection<EndpointSlice> slices) {
    Map<String, Found> best = new HashMap<>();
    for (EndpointSlice slice : slices) {
      Optional<Integer> number = number(slice);
      if (number.isPresent()) {
        for (Endpoint endpoint : slice.getEndpoints()) {
          found(endpoint, slice.getAddressType(), number.get())
              .ifPresent(one ->
                  best.merge(
                      one.peer().node(),
                      one,
                      (old, other) -> BEST_FIRST.compare(old, other) <= 0 ? old : other));
        }
      }
    }
    return best.values().stream().map(Found::peer).toList();
  }

  private Optional<Integer> number(EndpointSlice slice) {
    return slice.getPorts().stream()
        .filter(each -> port.equals(each.getName()))
        .map(EndpointPort::getPort)
        .findFirst();
  }

  private static Optional<Found> found(Endpoint endpoint, String family, int port) {
    if (endpoint.getNodeName() == null
        || endpoint.getAddresses().isEmpty()
        || !FAMILIES.contains(family)
        || !serves(endpoint.getConditions())) {
      return Optional.empty();
    }
    // All addresses of one endpoint are interchangeable.
    var peer = new KnownPeer(endpoint.getNodeName(), endpoint.getAddresses().getFirst(), port);
    return Optional.of(new Found(peer, ends(endpoint.getConditions()), family));
  }

  /// What is not said counts as true for `serving` and `ready`, as the API has it.
  private static boolean serves(EndpointConditions conditions) {
    if (conditions == null) {
      return true;
    }
    Boolean serving = conditions.getServing();
    return serving == null ? !Boolean.FALSE.equals(conditions.getReady()) : serving;
  }

  private static boolean ends(EndpointConditions conditions) {
    return conditions != null && Boolean.TRUE.equals(conditions.getTerminating());
  }
}
