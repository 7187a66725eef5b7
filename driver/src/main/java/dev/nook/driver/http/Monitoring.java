package dev.nook.driver.http;

import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Supplier;

/// Answers monitoring over HTTP: whether the process lives, whether it does its work, and its
/// metrics. No answer waits for a disk.
///
/// @param readiness says from memory whether it does all its work
public record Monitoring(PrometheusRegistry registry, Supplier<HttpAnswer> readiness) {
  private static final PrometheusTextFormatWriter TEXT = PrometheusTextFormatWriter.create();

  public HttpServer at(InetSocketAddress address) {
    return new HttpServer(
        address,
        Map.of(
            "/livez",
            () -> HttpAnswer.text(HttpAnswer.OK, "alive"),
            "/readyz",
            readiness,
            "/metrics",
            new LastAnswer(this::metrics, System::nanoTime)));
  }

  private HttpAnswer metrics() {
    var body = new ByteArrayOutputStream();
    try {
      TEXT.write(body, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e); // Memory does not fail.
    }
    return new HttpAnswer(HttpAnswer.OK, TEXT.getContentType(), body.toByteArray());
  }
}
