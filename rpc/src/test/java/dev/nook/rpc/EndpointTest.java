package dev.nook.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointTest {
  @ParameterizedTest
  @ValueSource(strings = {"", "/csi.sock", "tcp://127.0.0.1:1", "dns:///x", "unix:///", "unix:/\0"})
  void anythingButAUnixSocketIsRefused(String text) {
    assertThatThrownBy(() -> Endpoint.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("endpoint ");
  }

  @Test
  void aPathThatNoSocketCanHaveIsRefused() {
    assertThat(Endpoint.parse("unix:///" + "x".repeat(106))).isNotNull();
    assertThatThrownBy(() -> Endpoint.parse("unix:///" + "x".repeat(107)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith("a socket's path may have at most 107 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unix:///csi/csi.sock", "unix:/csi/csi.sock", "unix:///csi/./csi.sock"})
  void everySpellingOfAUnixSocketIsTaken(String text) {
    assertThat(Endpoint.parse(text)).isEqualTo(new Endpoint(Path.of("/csi/csi.sock")));
    assertThat(Endpoint.parse(text)).hasToString("unix:///csi/csi.sock");
  }

  @Test
  void aRelativePathStartsAtTheWorkingDirectory() {
    assertThat(Endpoint.parse("unix:csi.sock").socket())
        .isEqualTo(Path.of("csi.sock").toAbsolutePath());
  }
}
