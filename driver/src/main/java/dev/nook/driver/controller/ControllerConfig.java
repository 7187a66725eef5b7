package dev.nook.driver.controller;

import dev.nook.rpc.Endpoint;
import dev.nook.rpc.peer.TlsFiles;
import java.net.InetSocketAddress;
import java.util.Optional;

/// The configuration of a cluster's controller.
///
/// @param endpoint the socket of the CSI services
/// @param driverName which every node's driver has too
/// @param snapshotTopology whether snapshots say from which node they can be used
/// @param nodes from where the nodes of the cluster are known
/// @param tls the files of its certificate; where nodes enrol with it, it puts them there itself
/// @param enrolment where nodes enrol
/// @param http the address of health and metrics
public record ControllerConfig(
    Endpoint endpoint,
    String driverName,
    boolean snapshotTopology,
    PeerSource nodes,
    TlsFiles tls,
    Optional<EnrolmentEndpoint> enrolment,
    Optional<InetSocketAddress> http) {}
