package dev.nook.controller.planted;

import dev.nook.cluster.peer.KnownPeer;

/// Planted to break a rule.
public record KnowsTheCluster(KnownPeer peer) {}
