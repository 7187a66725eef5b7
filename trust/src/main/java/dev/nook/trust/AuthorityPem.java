package dev.nook.trust;

import dev.nook.rpc.peer.Pem;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/// Writes authorities as PEM ([RFC 7468](https://www.rfc-editor.org/rfc/rfc7468)) and reads them:
/// each certificate, and after it its key if it still has one.
final class AuthorityPem {
  private AuthorityPem() {}

  /// Returns all of it, keys as well.
  static String secret(Authorities authorities) {
    var text = new StringBuilder();
    for (Authority each : authorities.all()) {
      text.append(Pem.write(each.certificate()));
      each.key().map(Pem::write).ifPresent(text::append);
    }
    return text.toString();
  }

  /// Returns the certificates alone.
  static String certificates(Authorities authorities) {
    var text = new StringBuilder();
    authorities.all().forEach(each -> text.append(Pem.write(each.certificate())));
    return text.toString();
  }

  /// Throws IOException where the text is nothing that [#secret] has written.
  static Authorities parse(String secret) throws IOException {
    List<Authority> all = new ArrayList<>();
    try (var parser = new PEMParser(new StringReader(secret))) {
      for (Object each = parser.readObject(); each != null; each = parser.readObject()) {
        switch (each) {
          case X509CertificateHolder holder ->
              all.add(
                  new Authority(
                      new JcaX509CertificateConverter().getCertificate(holder), Optional.empty()));
          case PrivateKeyInfo info when !all.isEmpty() ->
              all.add(
                  new Authority(
                      all.removeLast().certificate(),
                      Optional.of(new JcaPEMKeyConverter().getPrivateKey(info))));
          default -> throw new IOException("it holds more than certificates, each with its key");
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IOException("it holds a certificate that cannot be read", e);
    }
    return new Authorities(all);
  }
}
