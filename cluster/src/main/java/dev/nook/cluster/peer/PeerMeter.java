package dev.nook.cluster.peer;

import io.grpc.Status;

/// Counts the calls that were to be handed to nodes.
public interface PeerMeter {
  void answered(String node, Status.Code code);
}
