package dev.nook.node;

import dev.nook.rpc.Topology;
import java.util.function.IntSupplier;

/// What a CO learns of this node.
///
/// @param nodeId what the CO calls the node
/// @param limit how many volumes may be staged, asked at each call
public record NodeInfo(String nodeId, Topology topology, IntSupplier limit) {}
