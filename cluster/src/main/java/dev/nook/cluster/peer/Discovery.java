package dev.nook.cluster.peer;

import java.util.Collection;
import java.util.function.Consumer;

/// Finds the nodes of the cluster.
public interface Discovery extends AutoCloseable {
  /// Begins to tell which nodes there are: all of them, and again whenever that changes.
  void start(Consumer<Collection<KnownPeer>> told);

  /// Whether a node that was not told of does not belong to the cluster; false where its driver may
  /// only be missing for now.
  boolean gone(String segment);

  @Override
  void close();
}
