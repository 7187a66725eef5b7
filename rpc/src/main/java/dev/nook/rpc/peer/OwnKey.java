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
  /// The kind of every key of a cluster, so that none can be weaker.
  public static final String ALGORITHM = "EC";

  public static final String CURVE = "secp256r1";

  private final KeyPair pair;

  private OwnKey(KeyPair pair) {
    this.pair = pair;
  }

  /// Makes a key.
  public static OwnKey make() {
    return new OwnKey(pair());
  }

  /// Makes a key of the kind that every key of a cluster has.
  public static KeyPair pair() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
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
