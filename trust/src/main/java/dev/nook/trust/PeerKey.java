package dev.nook.trust;

import com.google.protobuf.ByteString;
import dev.nook.rpc.peer.OwnKey;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/// The public key for which a peer wants a certificate. Every peer of a cluster has one of the same
/// kind, so that none can be weaker.
final class PeerKey {
  private static final int CURVE_BITS = 256;
  private static final int LARGEST = 256;

  private PeerKey() {}

  /// Reads a key (SubjectPublicKeyInfo of [RFC 5480](https://www.rfc-editor.org/rfc/rfc5480));
  /// empty where the bytes are anything but a key on the curve P-256.
  static Optional<PublicKey> parse(ByteString bytes) {
    if (bytes.size() > LARGEST) {
      return Optional.empty();
    }
    try {
      PublicKey key =
          KeyFactory.getInstance(OwnKey.ALGORITHM)
              .generatePublic(new X509EncodedKeySpec(bytes.toByteArray()));
      return key instanceof ECPublicKey curve
              && curve.getParams().getOrder().bitLength() == CURVE_BITS
              && curve.getParams().toString().contains(OwnKey.CURVE)
          ? Optional.of(key)
          : Optional.empty();
    } catch (InvalidKeySpecException _) {
      return Optional.empty();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("the JDK lacks " + OwnKey.ALGORITHM, e);
    }
  }
}
