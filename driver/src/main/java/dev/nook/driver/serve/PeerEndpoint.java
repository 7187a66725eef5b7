package dev.nook.driver.serve;

import dev.nook.driver.enrol.EnrolmentPoint;
import dev.nook.rpc.peer.TlsFiles;
import java.net.InetSocketAddress;
import java.util.Optional;

/// Where the driver serves the controllers of its cluster, and with which certificate.
///
/// @param enrolment where the certificate comes from; empty where somebody else puts it there
public record PeerEndpoint(
    InetSocketAddress address, TlsFiles files, Optional<EnrolmentPoint> enrolment) {
  /// One whose certificate somebody else puts there.
  public PeerEndpoint(InetSocketAddress address, TlsFiles files) {
    this(address, files, Optional.empty());
  }
}
