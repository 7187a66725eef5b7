package dev.nook.cluster.route;

import dev.nook.cluster.peer.Peer;
import dev.nook.cluster.peer.Peers;
import dev.nook.store.error.StorageException;
import dev.nook.store.error.StorageException.Unavailable;
import dev.nook.store.id.StoredId;

/// Finds the node to which a call for a volume or snapshot goes.
public final class Router {
  private final RoutingTable table;
  private final Peers peers;

  public Router(RoutingTable table, Peers peers) {
    this.table = table;
    this.peers = peers;
  }

  /// Returns the node of an id. Throws NotFound, or Unavailable while it is not known or not there.
  public Peer of(StoredId id) throws StorageException {
    if (id.tag().isPresent() && !table.knows(id)) {
      peers.greetAll();
    }
    String node = table.node(id);
    return peers
        .named(node)
        .orElseThrow(() ->
            new Unavailable(
                "%s lies on node %s, whose driver is not there; retry".formatted(id, node)));
  }
}
