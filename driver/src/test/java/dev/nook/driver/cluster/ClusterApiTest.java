package dev.nook.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Tests both ways to the API against a server that answers like an API server.
class ClusterApiTest {
  private static final String STATUS =
      """
      {"kind": "Status", "apiVersion": "v1", "status": "Failure", "message": "%s", "reason": "%s",
       "code": %d}\
      """;

  @TempDir private Path folder;
  private HttpServer server;
  private final List<String> tokens = new ArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    Files.writeString(folder.resolve("token"), "first\n");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"pod", "kubectl"})
  void whatIsThereIsReadAndWhatIsNotIsEmpty(String way) throws IOException {
    ClusterApi api = api(way);

    assertThat(api.get("/api/v1/nodes/a"))
        .hasValueSatisfying(node -> assertThat(ClusterApi.name(node)).isEqualTo("a"));
    assertThat(api.get("/api/v1/nodes/absent")).isEmpty();
    assertThat(api.list("/apis/absent.example.com/v1/things")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pod", "kubectl"})
  void aListIsReadToItsLastPage(String way) throws IOException {
    assertThat(api(way).list("/api/v1/nodes"))
        .extracting(ClusterApi::name)
        .containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pod", "kubectl"})
  void whatMayNotBeReadIsToldFromWhatFails(String way) throws IOException {
    ClusterApi api = api(way);

    assertThatThrownBy(() -> api.list("/api/v1/secrets"))
        .isInstanceOf(ClusterApi.Forbidden.class)
        .hasMessageContaining("/api/v1/secrets")
        .hasMessageContaining("is forbidden");
    assertThatThrownBy(() -> api.get("/broken"))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(ClusterApi.Forbidden.class);
    assertThatThrownBy(() -> api.get("/nonsense")).hasMessageContaining("JSON");
  }

  @Test
  void theTokenIsReadForEachCall() throws IOException {
    ClusterApi api = api("pod");
    var _ = api.get("/api/v1/nodes/a");
    Files.writeString(folder.resolve("token"), "second");
    var _ = api.get("/api/v1/nodes/a");

    assertThat(tokens).containsExactly("Bearer first", "Bearer second");
  }

  @Test
  void aPodKnowsItsNamespace() throws IOException {
    Files.writeString(folder.resolve("namespace"), "storage\n");

    assertThat(api("pod").namespace()).isEqualTo("storage");
  }

  @Test
  void outsideOfAPodAndWithoutATokenThereIsNoPodsApi() throws IOException {
    Map<String, String> pod = Map.of("KUBERNETES_SERVICE_HOST", "10.96.0.1");

    assertThat(PodApi.of(Map.of(), folder)).isEmpty();
    assertThat(PodApi.of(pod, folder.resolve("absent"))).isEmpty();
    Files.writeString(folder.resolve("ca.crt"), "no certificate");
    assertThatThrownBy(() -> PodApi.of(pod, folder)).hasMessageContaining("ca.crt");
  }

  private ClusterApi api(String way) {
    String url =
        "http://%s:%d"
            .formatted(server.getAddress().getHostString(), server.getAddress().getPort());
    if (way.equals("pod")) {
      return new PodApi(URI.create(url), folder.resolve("token"), HttpClient.newHttpClient());
    }
    assumeTrue(onPath("kubectl"), "kubectl is not installed");
    return new KubectlApi(List.of("--kubeconfig", "/dev/null", "--server", url));
  }

  private static boolean onPath(String program) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  private void answer(HttpExchange exchange) throws IOException {
    String token = exchange.getRequestHeaders().getFirst("Authorization");
    if (token != null) {
      tokens.add(token);
    }
    // kubectl sorts the parts of a query, whose order has no meaning.
    String query = String.valueOf(exchange.getRequestURI().getQuery());
    String page = query.contains("continue=n2") ? " page 2" : "";
    switch (exchange.getRequestURI().getPath() + page) {
      case "/api/v1/nodes/a" -> say(exchange, 200, CannedApi.node("a", "a"));
      case "/api/v1/nodes" ->
          say(
              exchange,
              200,
              "{\"metadata\": {\"continue\": \"n2\"}, \"items\": [%s]}"
                  .formatted(CannedApi.node("a", "a")));
      case "/api/v1/nodes page 2" ->
          say(
              exchange,
              200,
              "{\"metadata\": {\"continue\": \"\"}, \"items\": [%s]}"
                  .formatted(CannedApi.node("b", "b")));
      case "/api/v1/secrets" ->
          say(exchange, 403, STATUS.formatted("secrets is forbidden: no", "Forbidden", 403));
      case "/broken" -> say(exchange, 500, STATUS.formatted("etcd is gone", "InternalError", 500));
      case "/nonsense" -> say(exchange, 200, "{");
      default -> say(exchange, 404, STATUS.formatted("not found", "NotFound", 404));
    }
  }

  private static void say(HttpExchange exchange, int code, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }
}
