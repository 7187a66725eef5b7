package dev.nook.cluster.peer;

import nook.v1.Nook.HelloResponse;

/// Hears what nodes say of themselves.
public interface PeerCalls {
  /// Takes note of what a node says. Returns why it cannot be believed; empty if it can.
  String heard(String node, HelloResponse hello);
}
