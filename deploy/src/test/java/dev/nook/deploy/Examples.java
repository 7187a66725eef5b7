package dev.nook.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The YAML that the documents show.
///
/// @param document where
/// @param text what stands between the fences
record Examples(String document, String text) {
  private static final Pattern FENCED =
      Pattern.compile("^```yaml\\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

  static List<Examples> all() throws IOException {
    try (Stream<Path> documents = Files.list(Shell.CHECKOUT.resolve("docs"))) {
      return Stream.concat(Stream.of(Shell.CHECKOUT.resolve("README.md")), documents)
          .filter(document -> document.toString().endsWith(".md"))
          .flatMap(Examples::in)
          .toList();
    }
  }

  private static Stream<Examples> in(Path document) {
    return FENCED
        .matcher(Yaml.text(document))
        .results()
        .map(
            (MatchResult found) -> new Examples(document.getFileName().toString(), found.group(1)));
  }

  /// Values for the chart begin with a line that says so.
  boolean areValues() {
    return text.startsWith("# values\n");
  }

  /// What is for kustomize's own eyes, or for Prometheus.
  boolean areForATool() {
    return text.contains("kind: Kustomization\n") || text.startsWith("scrape_configs:\n");
  }

  List<JsonNode> objects() {
    return Yaml.documents(text);
  }
}
