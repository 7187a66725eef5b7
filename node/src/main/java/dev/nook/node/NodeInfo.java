package dev.nook.node;

import dev.nook.rpc.Topology;
import java.util.function.IntSupplier;

/// What a CO learns about this node.
///
/// @param nodeId the CO's name for the node
/// @param limit how many volumes may be staged; read at each call
public record NodeInfo(String nodeId, Topology topology, IntSupplier limit) {}
