package dev.nook.rpc.peer;

import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;

/// Writes certificates and keys as text ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)).
public final class Pem {
  private static final int LINE = 64;

  private Pem() {}

  /// Returns a certificate as text.
  public static String write(X509Certificate certificate) {
    try {
      return write("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("%s has no encoding".formatted(certificate), e);
    }
  }

  /// Returns a private key of PKCS #8 as text, not encrypted.
  public static String write(PrivateKey key) {
    return write("PRIVATE KEY", key.getEncoded());
  }

  private static String write(String kind, byte[] content) {
    byte[] separator = {'\n'};
    String lines = Base64.getMimeEncoder(LINE, separator).encodeToString(content);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(kind, lines);
  }
}
