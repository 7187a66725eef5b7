package dev.nook.trust;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;

/// One authority of a cluster: a certificate that signs itself.
///
/// @param key signs certificates of peers; absent once a successor signs them
record Authority(X509Certificate certificate, Optional<PrivateKey> key) {
  /// Returns when it was made. Its certificate begins earlier, for clocks that are slow.
  Instant made() {
    return certificate.getNotBefore().toInstant().plus(Certificates.SLOW_CLOCKS);
  }

  Instant end() {
    return certificate.getNotAfter().toInstant();
  }

  Authority withoutKey() {
    return new Authority(certificate, Optional.empty());
  }

  /// Leaves the key out, so that no log shows it.
  @Override
  public String toString() {
    return "%s until %s".formatted(certificate.getSubjectX500Principal().getName(), end());
  }
}
