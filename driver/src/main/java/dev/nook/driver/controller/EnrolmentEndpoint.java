package dev.nook.driver.controller;

import dev.nook.trust.ClusterTrust;
import java.net.InetSocketAddress;

/// Where a controller certifies the nodes of its Kubernetes cluster.
///
/// @param namespace the driver's namespace
/// @param names what things are called there
public record EnrolmentEndpoint(
    InetSocketAddress address, String namespace, ClusterTrust.Names names) {}
