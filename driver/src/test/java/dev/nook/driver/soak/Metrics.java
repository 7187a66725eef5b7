package dev.nook.driver.soak;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the metrics of a driver.
record Metrics(URI address) {
  private static final Pattern SERVED = Pattern.compile(" http=\"?([^\\s\"]+)");

  /// Finds in the log, from this position on, the address at which a driver serves its metrics.
  static Metrics servedBy(Path log, long from) throws IOException {
    try (InputStream in = Files.newInputStream(log)) {
      in.skipNBytes(from);
      Matcher served = SERVED.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      if (!served.find()) {
        throw new AssertionError(log + " does not say where metrics are served");
      }
      return new Metrics(URI.create("http://%s/metrics".formatted(served.group(1))));
    }
  }

  double value(String name) throws IOException {
    try (InputStream in = address.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.startsWith(name + " "))
          .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
          .findFirst()
          .orElseThrow();
    }
  }
}
