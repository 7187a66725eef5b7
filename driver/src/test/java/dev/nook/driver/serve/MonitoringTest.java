package dev.nook.driver.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.http.Http;
import dev.nook.store.PoolConfig;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.id.PoolName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MonitoringTest {
  @TempDir Path temporary;

  private FakeRig rig;

  @BeforeEach
  void start() throws IOException, PoolHeld {
    Path plugins = Files.createDirectories(temporary.resolve("plugins_registry"));
    rig = new FakeRig(temporary.toRealPath(), Kind.EXT4, Optional.of(plugins));
    rig.start();
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
  }

  @Test
  void theDriverIsReadyOnceItsPoolsAreReadAndKubeletHasRegisteredIt() throws IOException {
    assertThat(rig.get("/livez").status()).isEqualTo(200);
    assertThat(rig.get("/readyz").status()).isEqualTo(503);
    assertThat(rig.get("/readyz").body()).contains("kubelet has not asked");

    try (var kubelet = new Kubelet(temporary.resolve("plugins_registry/csi.nook.dev-reg.sock"))) {
      kubelet.refuses("the node has another name");
      assertThat(rig.get("/readyz").body()).isEqualTo("kubelet refused the driver\n");
      kubelet.registers();
    }

    assertThat(rig.get("/readyz").status()).isEqualTo(200);
    assertThat(rig.get("/readyz").body()).startsWith("ready\n");
  }

  @Test
  void strangersLearnThatAPoolIsClosedOrDegradedAndNotWhy() throws IOException, PoolHeld {
    Path other = temporary.toRealPath().resolve("gone");
    rig.stop();
    Files.writeString(rig.pool().resolve("DEGRADED"), "write of " + other + ": EIO");
    rig.pools(
        PoolConfig.of(PoolName.DEFAULT, rig.pool()), PoolConfig.of(new PoolName("gone"), other));
    rig.startUnready();

    String said;
    do {
      said = rig.get("/readyz").body();
    } while (said.contains("starting") || said.contains("being read"));

    assertThat(said)
        .contains("kubelet has not asked for the driver yet\n")
        .contains("pool default is degraded\n")
        .contains("pool gone is closed\n")
        .doesNotContain(temporary.toString(), "EIO", "marker");
  }

  @Test
  void callsAreCountedAndNoIdBecomesALabel() throws IOException {
    Rig.Wired volume = rig.create("v", Kind.EXT4).stage();

    String metrics = rig.get("/metrics").body();
    while (!metrics.contains("nook_rpc_in_flight{method=\"NodeStageVolume\"} 0")) {
      metrics = rig.get("/metrics").body(); // A call is counted out right after its answer.
    }

    assertThat(metrics)
        .contains("nook_rpc_duration_seconds_count{code=\"OK\",method=\"CreateVolume\"} 1")
        .contains("nook_build_info{version=\"development\"} 1")
        .contains("nook_max_volumes 2000.0")
        .doesNotContain(volume.id());
    assertThat(rig.get("/metrics").head()).contains("text/plain; version=0.0.4");
    volume.unstage().delete();
  }

  @Test
  void aPathThatIsNotServedIsNotFound() throws IOException {
    assertThat(rig.get("/").status()).isEqualTo(404);
    assertThat(rig.get("/metrics/../etc/passwd").status()).isEqualTo(404);
    assertThat(rig.get("/livez?verbose").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET\r\n\r\n",
        "GET /livez HTTP/9.9.9\r\nConnection: close\r\n\r\n",
        "\0\1\2 / HTTP/1.1\r\nConnection: close\r\n\r\n"
      })
  void whatIsNoRequestIsRefused(String bytes) throws IOException {
    assertThat(Http.send(address(), bytes).status()).isEqualTo(400);
    assertThat(rig.get("/livez").status()).isEqualTo(200);
  }

  @Test
  void onlyGetIsServedAndHeadHasNoBody() throws IOException {
    String end = " /livez HTTP/1.1\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    assertThat(Http.send(address(), "POST" + end).status()).isEqualTo(405);
    Http.Answer head = Http.send(address(), "HEAD" + end);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
  }

  @Test
  void aConnectionGetsOneAnswerHoweverManyItAsksFor() throws IOException {
    String many = "GET /livez HTTP/1.1\r\n\r\n".repeat(20);

    Http.Answer answer = Http.send(address(), many);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("alive\n");
  }

  @Test
  void clientsThatSayNothingHoldNobodyUp() throws IOException {
    try (var _ = new Socket(address().getAddress(), address().getPort());
        var half = new Socket(address().getAddress(), address().getPort())) {
      half.getOutputStream().write("GET /live".getBytes(java.nio.charset.StandardCharsets.UTF_8));

      assertThat(rig.get("/livez").status()).isEqualTo(200);
    }
  }

  private InetSocketAddress address() {
    return rig.address();
  }
}
