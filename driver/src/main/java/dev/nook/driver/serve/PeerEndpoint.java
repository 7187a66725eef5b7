package dev.nook.driver.serve;

import dev.nook.rpc.peer.TlsFiles;
import java.net.InetSocketAddress;

/// Where the driver serves the controllers of its cluster, and with which certificate.
public record PeerEndpoint(InetSocketAddress address, TlsFiles files) {}
