package dev.nook.cluster.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownPeerTest {
  @Test
  void addressesAndNamesAreTaken() {
    assertThat(KnownPeer.parse("worker-1=10.0.0.7:9811"))
        .isEqualTo(new KnownPeer("worker-1", "10.0.0.7", 9811));
    assertThat(KnownPeer.parse("w=[fd00::7]:1")).isEqualTo(new KnownPeer("w", "fd00::7", 1));
    assertThat(KnownPeer.parse("w=node.example:65535"))
        .isEqualTo(new KnownPeer("w", "node.example", 65535));
    assertThat(KnownPeer.parse("w=node.example:65535").address()).isEmpty();
    assertThat(KnownPeer.parse("w=[fd00::7]:1").address()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "w", "w=", "=h:1", "w=h", "w=h:", "w=h:x", "w=h:65536", "w=fd00::7:1", "w=:1"})
  void anythingElseIsRefused(String text) {
    assertThatThrownBy(() -> KnownPeer.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is not NODE=HOST:PORT");
  }
}
