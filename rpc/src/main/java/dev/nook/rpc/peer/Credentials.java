package dev.nook.rpc.peer;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/// What [TlsFiles] held at one moment: this side's certificate and key, which fit each other, and
/// who is trusted.
///
/// @param chain this side's certificate first
record Credentials(
    PeerName name, PrivateKey key, List<X509Certificate> chain, X509TrustManager trust) {
  /// What TLS 1.3 says of the kind of a key exchange.
  private static final String UNKNOWN = "UNKNOWN";

  private static final Pattern PEM_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  /// Reads the files. Throws IOException, which names the file and says what is wrong with it.
  static Credentials read(TlsFiles files) throws IOException {
    List<X509Certificate> chain = certificates(files.certificate());
    PeerName name =
        PeerName.of(chain.getFirst())
            .orElseThrow(() ->
                new IOException(
                    "%s has no subject alternative name nook://node/NAME or nook://controller/NAME"
                        .formatted(files.certificate())));
    PrivateKey key = key(files.key(), chain.getFirst().getPublicKey());
    return new Credentials(name, key, chain, trust(files.authorities()));
  }

  /// Throws CertificateException unless a peer's certificate is valid now and signed by one of
  /// these authorities, to be used by a client or by a server.
  static PeerName verified(X509TrustManager trust, X509Certificate[] chain, boolean client)
      throws CertificateException {
    if (client) {
      trust.checkClientTrusted(chain, UNKNOWN);
    } else {
      trust.checkServerTrusted(chain, UNKNOWN);
    }
    return PeerName.of(chain[0])
        .orElseThrow(() -> new CertificateException("the certificate names no node or controller"));
  }

  X509Certificate certificate() {
    return chain.getFirst();
  }

  private static List<X509Certificate> certificates(Path file) throws IOException {
    byte[] text = Files.readAllBytes(file);
    try {
      var read =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(text));
      if (read.isEmpty()) {
        throw new IOException("%s holds no certificate".formatted(file));
      }
      return read.stream().map(X509Certificate.class::cast).toList();
    } catch (CertificateException e) {
      throw new IOException("%s holds no certificate: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static PrivateKey key(Path file, PublicKey certified) throws IOException {
    Matcher pem = PEM_KEY.matcher(Files.readString(file, StandardCharsets.US_ASCII));
    if (!pem.find()) {
      throw new IOException("%s holds no PRIVATE KEY of PKCS #8".formatted(file));
    }
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(pem.group(1));
      PrivateKey key =
          KeyFactory.getInstance(certified.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(bytes));
      if (fits(key, certified)) {
        return key;
      }
      throw new IOException("%s is not the key of the certificate".formatted(file));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException(
          "%s is not the key of the certificate: %s".formatted(file, e.getMessage()), e);
    }
  }

  private static boolean fits(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
    byte[] something = {1, 2, 3};
    String algorithm =
        switch (certified.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> certified.getAlgorithm();
        };
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(something);
    byte[] signed = signature.sign();
    signature.initVerify(certified);
    signature.update(something);
    return signature.verify(signed);
  }

  /// Reads the authorities. Throws IOException, which names the file and says what is wrong.
  static X509TrustManager trust(Path file) throws IOException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (Certificate authority : certificates(file)) {
        store.setCertificateEntry(Integer.toString(number++), authority);
      }
      var factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new IOException("%s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
