package dev.nook.rpc.peer;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;

/// A new key of this side, on the curve P-256. It leaves this process only into the file from which
/// [LiveCredentials] reads it.
public final class OwnKey {
  private static final String ALGORITHM = "EC";
  private static final String CURVE = "secp256r1";

  private final KeyPair pair;

  private OwnKey(KeyPair pair) {
    this.pair = pair;
  }

  /// Makes a key.
  public static OwnKey make() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(new ECGenParameterSpec(CURVE));
      return new OwnKey(generator.generateKeyPair());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks the curve " + CURVE, e);
    }
  }

  /// Returns what is to be certified.
  public PublicKey publicKey() {
    return pair.getPublic();
  }

  /// Puts the key and its certificate (PEM) into these files.
  public void keep(TlsFiles files, String certificate) throws IOException {
    files.put(Pem.write(pair.getPrivate()), certificate);
  }
}
