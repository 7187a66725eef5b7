package dev.nook.rpc.peer;

import dev.nook.rpc.Topology;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/// Makes both ends of a connection: TLS 1.3, and a certificate on either side.
public final class PeerTls {
  /// The name under which connections to a controller are made.
  public static final String ANY_CONTROLLER = "controller";

  private static final String VERSION = "TLSv1.3";

  private static final PeerTrust.Meant NODE =
      (met, host) -> met.role() == Role.NODE && authority(met.name()).equals(host);

  private static final PeerTrust.Meant CONTROLLER = (met, _) -> met.role() == Role.CONTROLLER;

  /// A server means nobody.
  private static final PeerTrust.Meant NOBODY = (_, _) -> false;

  private PeerTls() {}

  static SslContext server(LiveCredentials credentials) throws SSLException {
    return GrpcSslContexts.configure(
            SslContextBuilder.forServer(new PeerKeys(credentials)), SslProvider.JDK)
        .trustManager(new PeerTrust(credentials::verified, NOBODY))
        .clientAuth(ClientAuth.REQUIRE)
        .protocols(VERSION)
        .build();
  }

  /// Returns the server's side for callers that have no certificate yet.
  static SslContext serverOfStrangers(LiveCredentials credentials) throws SSLException {
    return GrpcSslContexts.configure(
            SslContextBuilder.forServer(new PeerKeys(credentials)), SslProvider.JDK)
        .clientAuth(ClientAuth.NONE)
        .protocols(VERSION)
        .build();
  }

  /// Returns what all connections of a controller share.
  public static SslContext client(LiveCredentials credentials) throws SSLException {
    return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
        .keyManager(new PeerKeys(credentials))
        .trustManager(new PeerTrust(credentials::verified, NODE))
        .protocols(VERSION)
        .build();
  }

  /// Returns the side of a node that has no certificate yet, and talks to any controller of its
  /// cluster but to nobody else.
  ///
  /// @param authorities the authorities (PEM) that are trusted, read at each connection
  public static SslContext toController(Path authorities) throws SSLException {
    PeerTrust.Verifying verifying =
        (chain, client) -> {
          try {
            return Credentials.verified(Credentials.trust(authorities), chain, client);
          } catch (IOException e) {
            throw new CertificateException("the authorities cannot be read: " + e.getMessage(), e);
          }
        };
    return GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
        .trustManager(new PeerTrust(verifying, CONTROLLER))
        .protocols(VERSION)
        .build();
  }

  /// Returns the name under which a connection to a node is made: the node's, or a hash of it where
  /// it cannot be an authority ([RFC 3986](https://www.rfc-editor.org/rfc/rfc3986#section-3.2)).
  public static String authority(String node) {
    return Topology.of("nook", node).value();
  }
}
