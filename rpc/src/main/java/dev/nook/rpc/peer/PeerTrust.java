package dev.nook.rpc.peer;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Accepts the other side of a connection: a client if a trusted authority has signed its
/// certificate, a server if it is, in addition, the peer that was meant. A peer is known by the
/// name in its certificate, not by its address.
final class PeerTrust extends X509ExtendedTrustManager {
  /// Says whose certificate it is that a peer shows.
  interface Verifying {
    /// Throws CertificateException unless it is valid now and signed by an authority that is
    /// trusted now, to be used by a client or by a server.
    PeerName verified(X509Certificate[] chain, boolean client) throws CertificateException;
  }

  /// Whom a client means to reach.
  interface Meant {
    /// @param host the name under which the connection is made
    boolean is(PeerName met, String host);
  }

  private final Verifying verifying;
  private final Meant meant;

  PeerTrust(Verifying verifying, Meant meant) {
    this.verifying = verifying;
    this.meant = meant;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    PeerName _ = verifying.verified(chain, true);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    PeerName met = verifying.verified(chain, false);
    if (!meant.is(met, engine.getPeerHost())) {
      throw new CertificateException(
          "the certificate is for %s, and not for %s".formatted(met, engine.getPeerHost()));
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("connections are made by Netty");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("connections are made by Netty");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("which connection it is must be known");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("which connection it is must be known");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
