package dev.nook.driver.cluster;

import dev.nook.driver.cli.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;

/// Reads the API from within a pod ([from a pod](
/// https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/)): with the token of its
/// service account, trusting only the cluster's certificate authority.
///
/// @param token the token's file, read for each call because kubelet renews it
record PodApi(URI server, Path token, HttpClient client) implements ClusterApi {
  private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// Returns the API; empty outside of a pod and in a pod without a token.
  static Optional<ClusterApi> of(Map<String, String> environment) throws IOException {
    return of(environment, ACCOUNT);
  }

  static Optional<ClusterApi> of(Map<String, String> environment, Path account) throws IOException {
    String host = environment.getOrDefault("KUBERNETES_SERVICE_HOST", "");
    String port = environment.getOrDefault("KUBERNETES_SERVICE_PORT", "443");
    Path token = account.resolve("token");
    if (host.isEmpty() || !Files.exists(token)) {
      return Optional.empty();
    }
    URI server =
        URI.create("https://%s:%s".formatted(host.contains(":") ? "[" + host + "]" : host, port));
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(trusting(account.resolve("ca.crt")))
            .connectTimeout(PATIENCE)
            .build();
    return Optional.of(new PodApi(server, token, client));
  }

  @Override
  public Optional<JsonNode> get(String path) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(path))
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + Files.readString(token).strip())
            .header("Accept", "application/json")
            .build();
    HttpResponse<String> response = send(request);
    return switch (response.statusCode()) {
      case 200 -> Optional.of(Json.read(response.body()));
      case 404 -> Optional.empty();
      case 401, 403 -> throw new Forbidden(path, message(response));
      default -> throw new IOException("%s: %s".formatted(path, message(response)));
    };
  }

  @Override
  public String namespace() throws IOException {
    return Files.readString(token.resolveSibling("namespace")).strip();
  }

  private HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the API");
    }
  }

  /// Returns the reason from the API's Status object, or the text of a proxy before it.
  private static String message(HttpResponse<String> response) throws IOException {
    boolean status = response.headers().firstValue("Content-Type").orElse("").contains("json");
    String said = status ? Json.read(response.body()).path("message").asString("") : "";
    return said.isEmpty() ? "the API answered " + response.statusCode() : said;
  }

  private static SSLContext trusting(Path authority) throws IOException {
    try (InputStream certificates = Files.newInputStream(authority)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      for (Certificate each :
          CertificateFactory.getInstance("X.509").generateCertificates(certificates)) {
        trusted.setCertificateEntry("authority-" + trusted.size(), each);
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("%s does not hold a certificate authority".formatted(authority), e);
    }
  }
}
