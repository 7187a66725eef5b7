package dev.nook.trust;

import dev.nook.rpc.peer.OwnKey;
import dev.nook.rpc.peer.PeerName;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Makes certificates ([RFC 5280](https://www.rfc-editor.org/rfc/rfc5280)): those of authorities,
/// and those that an authority signs for controllers and nodes.
final class Certificates {
  /// How much earlier than now a certificate begins, for clocks that are slow.
  static final Duration SLOW_CLOCKS = Duration.ofHours(1);

  /// How long a peer's certificate is valid. There is no list of revoked ones: this is how long a
  /// stolen one works.
  static final Duration PEER_LIFE = Duration.ofDays(3);

  private static final String SIGNATURE = "SHA256withECDSA";
  private static final int SERIAL_BITS = 127;

  private final SecureRandom random = new SecureRandom();

  /// Makes an authority, with a name of its own, that signs peers' certificates and no further
  /// authority.
  Authority authority(Instant now) {
    KeyPair keys = OwnKey.pair();
    BigInteger serial = serial();
    var name = new X500Principal("CN=Nook authority " + serial.toString(Character.MAX_RADIX));
    try {
      X509v3CertificateBuilder builder =
          builder(name, serial, now, now.plus(Authorities.LIFE), name, keys.getPublic())
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign));
      return new Authority(signed(builder, keys.getPrivate()), Optional.of(keys.getPrivate()));
    } catch (CertIOException e) {
      throw new IllegalStateException("no certificate of an authority can be encoded", e);
    }
  }

  /// Signs the certificate of a peer, for both ends of a connection. It ends with its authority at
  /// the latest.
  X509Certificate peer(Authority authority, PeerName peer, PublicKey key, Instant now) {
    Instant end = now.plus(PEER_LIFE);
    end = end.isAfter(authority.end()) ? authority.end() : end;
    X500Principal issuer = authority.certificate().getSubjectX500Principal();
    var name = new GeneralName(GeneralName.uniformResourceIdentifier, peer.uri().toString());
    KeyPurposeId[] purposes = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
    try {
      X509v3CertificateBuilder builder =
          builder(issuer, serial(), now, end, new X500Principal("CN=Nook"), key)
              .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
              .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
              .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes))
              .addExtension(Extension.subjectAlternativeName, false, new GeneralNames(name))
              .addExtension(
                  Extension.authorityKeyIdentifier,
                  false,
                  new JcaX509ExtensionUtils()
                      .createAuthorityKeyIdentifier(authority.certificate().getPublicKey()));
      return signed(builder, authority.key().orElseThrow());
    } catch (CertIOException | GeneralSecurityException e) {
      throw new IllegalStateException("no certificate of %s can be encoded".formatted(peer), e);
    }
  }

  private X509v3CertificateBuilder builder(
      X500Principal issuer,
      BigInteger serial,
      Instant now,
      Instant end,
      X500Principal subject,
      PublicKey key)
      throws CertIOException {
    try {
      return new JcaX509v3CertificateBuilder(
              issuer, serial, Date.from(now.minus(SLOW_CLOCKS)), Date.from(end), subject, key)
          .addExtension(
              Extension.subjectKeyIdentifier,
              false,
              new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no SHA-1 for key identifiers", e);
    }
  }

  private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key) {
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot sign with " + SIGNATURE, e);
    }
  }

  /// Serial numbers cannot be guessed, and no two certificates of an authority have the same.
  private BigInteger serial() {
    return new BigInteger(SERIAL_BITS, random).setBit(SERIAL_BITS - 1);
  }
}
