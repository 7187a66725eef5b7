package dev.nook.testing.tls;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.ThreadLocalRandom;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority with a key of its own, which signs what a test asks for.
public final class TestAuthority {
  private static final X500Name NAME = new X500Name("CN=test authority");
  private static final Duration DAY = Duration.ofDays(1);

  private final KeyPair keys = keys();
  private final X509CertificateHolder certificate;

  public TestAuthority() {
    certificate =
        signed(
            NAME,
            keys,
            Instant.now().plus(DAY),
            builder ->
                builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true)));
  }

  /// Writes `tls.crt`, `tls.key` and `ca.crt` for the holder of these URIs into a folder, in place
  /// of what is there.
  public void issue(Path folder, String... uris) throws IOException {
    issue(folder, Instant.now().plus(DAY), uris);
  }

  /// Writes a certificate that is valid until a moment, which may have passed.
  public void issue(Path folder, Instant end, String... uris) throws IOException {
    KeyPair own = keys();
    var names = new GeneralName[uris.length];
    for (int i = 0; i < uris.length; i++) {
      names[i] = new GeneralName(GeneralName.uniformResourceIdentifier, uris[i]);
    }
    X509CertificateHolder leaf =
        signed(
            new X500Name("CN=test"),
            own,
            end,
            builder ->
                builder.addExtension(
                    Extension.subjectAlternativeName, false, new GeneralNames(names)));
    Files.createDirectories(folder);
    write(folder.resolve("tls.crt"), pem(leaf));
    write(folder.resolve("tls.key"), pem(own.getPrivate()));
    write(folder.resolve("ca.crt"), pem(certificate));
  }

  private interface Extending {
    void extend(X509v3CertificateBuilder builder) throws IOException;
  }

  private X509CertificateHolder signed(
      X500Name subject, KeyPair subjectKeys, Instant end, Extending extending) {
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              NAME,
              BigInteger.valueOf(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE)),
              Date.from(end.minus(DAY.multipliedBy(2))),
              Date.from(end),
              subject,
              subjectKeys.getPublic());
      extending.extend(builder);
      return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()));
    } catch (IOException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, String text) throws IOException {
    Path fresh = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static String pem(Object some) throws IOException {
    if (some instanceof PrivateKey key) {
      return "-----BEGIN PRIVATE KEY-----\n"
          + java.util.Base64.getMimeEncoder().encodeToString(key.getEncoded())
          + "\n-----END PRIVATE KEY-----\n";
    }
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(some);
    }
    return text.toString();
  }

  private static KeyPair keys() {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(256);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
