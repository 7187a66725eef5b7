package dev.nook.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.nook.rpc.peer.OwnKey;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import org.junit.jupiter.api.Test;

class PeerKeyTest {
  @Test
  void theKeyOfAPeerIsRead() {
    PublicKey key = OwnKey.make().publicKey();

    assertThat(PeerKey.parse(ByteString.copyFrom(key.getEncoded()))).contains(key);
  }

  @Test
  void keysOfAnotherKindAreRefused() throws GeneralSecurityException {
    KeyPairGenerator large = KeyPairGenerator.getInstance("EC");
    large.initialize(new ECGenParameterSpec("secp384r1"));
    KeyPairGenerator edwards = KeyPairGenerator.getInstance("Ed25519");
    KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
    rsa.initialize(1024);

    for (KeyPairGenerator each : new KeyPairGenerator[] {large, edwards, rsa}) {
      byte[] encoded = each.generateKeyPair().getPublic().getEncoded();
      assertThat(PeerKey.parse(ByteString.copyFrom(encoded))).as(each.getAlgorithm()).isEmpty();
    }
  }

  @Test
  void anythingElseIsRefused() {
    assertThat(PeerKey.parse(ByteString.EMPTY)).isEmpty();
    assertThat(PeerKey.parse(ByteString.copyFromUtf8("-----BEGIN PUBLIC KEY-----"))).isEmpty();
    assertThat(PeerKey.parse(ByteString.copyFrom(new byte[1 << 20]))).isEmpty();
  }
}
