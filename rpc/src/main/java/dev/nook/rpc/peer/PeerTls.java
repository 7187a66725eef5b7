package dev.nook.rpc.peer;

import dev.nook.rpc.Topology;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import javax.net.ssl.SSLException;

/// Makes both ends of a connection: TLS 1.3, and a certificate on either side.
public final class PeerTls {
  private static final String VERSION = "TLSv1.3";

  private PeerTls() {}

  static SslContext server(LiveCredentials credentials) throws SSLException {
    return GrpcSslContexts.configure(
            SslContextBuilder.forServer(new PeerKeys(credentials)), SslProvider.JDK)
        .trustManager(new PeerTrust(credentials))
        .clientAuth(ClientAuth.REQUIRE)
        .protocols(VERSION)
        .build();
  }

  /// Returns what all connections of a controller share.
  public static SslContext client(LiveCredentials credentials) throws SSLException {
    return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
        .keyManager(new PeerKeys(credentials))
        .trustManager(new PeerTrust(credentials))
        .protocols(VERSION)
        .build();
  }

  /// Returns the name under which a connection to a node is made: the node's, or a hash of it where
  /// it cannot be an authority ([RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-3.2)).
  public static String authority(String node) {
    return Topology.of("nook", node).value();
  }
}
