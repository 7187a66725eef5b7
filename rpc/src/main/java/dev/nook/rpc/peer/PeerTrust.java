package dev.nook.rpc.peer;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Accepts the other side of a connection: a client if a trusted authority has signed its
/// certificate, a server if it is, in addition, the node that was meant. The node is known by the
/// name in its certificate, not by its address.
final class PeerTrust extends X509ExtendedTrustManager {
  private final LiveCredentials credentials;

  PeerTrust(LiveCredentials credentials) {
    this.credentials = credentials;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    PeerName _ = credentials.verified(chain, true);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    PeerName met = credentials.verified(chain, false);
    if (met.role() != Role.NODE || !PeerTls.authority(met.name()).equals(engine.getPeerHost())) {
      throw new CertificateException(
          "the certificate is for %s, and not for node %s".formatted(met, engine.getPeerHost()));
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
