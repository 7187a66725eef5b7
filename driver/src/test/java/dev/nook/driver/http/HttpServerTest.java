package dev.nook.driver.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tests that kubelet's probe is answered, whatever strangers do to the port.
class HttpServerTest {
  private static final int CONNECTIONS = 2_000;
  private static final int PROBES = 20;

  /// More than the two sockets of a client that does not read hold between them.
  private static final byte[] LARGE = new byte[128 << 10];

  private static final String LARGE_REQUEST = "GET /large HTTP/1.1\r\n\r\n";
  private static final int PROBER = 0;
  private static final int OTHER = 1;

  private final HttpServer server =
      new HttpServer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          Map.of(
              "/livez", () -> HttpAnswer.text(HttpAnswer.OK, "alive"),
              "/large", () -> new HttpAnswer(HttpAnswer.OK, "text/plain", LARGE)));

  @BeforeEach
  void start() throws IOException {
    server.start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void silentConnectionsOfOneAddressKeepNoProbeOfTheSameAddressOut() throws IOException {
    try (var strangers = new Strangers(server.listening(), PROBER, 1, "")) {
      assertServedBeside(strangers);
    }
  }

  @Test
  void silentConnectionsOfManyAddressesKeepNoProbeOut() throws IOException {
    try (var strangers = new Strangers(server.listening(), PROBER, 200, "")) {
      assertServedBeside(strangers);
    }
  }

  @Test
  void requestsThatNeverEndKeepNoProbeOut() throws IOException {
    try (var strangers =
        new Strangers(server.listening(), PROBER, 50, "GET /livez HTTP/1.1\r\nHost: n")) {
      assertServedBeside(strangers);
    }
  }

  @Test
  void answersThatNobodyReadsKeepNoProbeOut() throws IOException {
    try (var strangers = new Strangers(server.listening(), PROBER, 50, LARGE_REQUEST)) {
      assertServedBeside(strangers);
    }
  }

  /// Beside as many connections as there may be, of which each that is dropped is made anew.
  private void assertServedBeside(Strangers strangers) throws IOException {
    strangers.hold(CONNECTIONS);
    try (var _ = strangers.reopening()) {
      for (int i = 0; i < PROBES; i++) {
        assertThat(Http.get(server.listening(), "/livez").status()).isEqualTo(HttpAnswer.OK);
      }
    }
  }

  @Test
  void whoTakesItsTimeToAskIsNotPushedOutByOneOtherAddress() throws IOException {
    try (var slow = new Socket(server.listening().getAddress(), server.listening().getPort());
        var strangers = new Strangers(server.listening(), OTHER, 1, "")) {
      strangers.hold(CONNECTIONS);

      slow.getOutputStream().write("GET /livez HTTP/1.1\r\n\r\n".getBytes(UTF_8));

      assertThat(new String(slow.getInputStream().readAllBytes(), UTF_8)).contains("alive");
    }
  }

  @Test
  void whoReadsSlowlyIsNotPushedOutByOneOtherAddress() throws IOException {
    try (var slow = new Socket();
        var strangers = new Strangers(server.listening(), OTHER, 1, LARGE_REQUEST)) {
      slow.setReceiveBufferSize(Strangers.RECEIVE_BUFFER);
      slow.connect(server.listening());
      slow.getOutputStream().write(LARGE_REQUEST.getBytes(UTF_8));
      slow.getInputStream().readNBytes(1);
      strangers.hold(CONNECTIONS);

      assertThat(slow.getInputStream().readAllBytes()).hasSizeGreaterThan(LARGE.length);
    }
  }
}
