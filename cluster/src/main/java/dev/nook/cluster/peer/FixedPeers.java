package dev.nook.cluster.peer;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// The nodes that the command line names, and no others.
public record FixedPeers(List<KnownPeer> peers) implements Discovery {
  public FixedPeers {
    peers = List.copyOf(peers);
    if (peers.stream().map(KnownPeer::node).distinct().count() < peers.size()) {
      throw new IllegalArgumentException("two peers have one node's name");
    }
  }

  @Override
  public void start(Consumer<Collection<KnownPeer>> told) {
    told.accept(peers);
  }

  @Override
  public boolean gone(String segment) {
    return true;
  }

  @Override
  public void close() {}
}
