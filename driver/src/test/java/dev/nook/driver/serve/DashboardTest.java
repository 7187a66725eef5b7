package dev.nook.driver.serve;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/// Compares the dashboard, the alerts and their document with what a driver exports.
class DashboardTest {
  private static final Path TOP = Path.of("..").toAbsolutePath().normalize();
  private static final Path MONITORING = TOP.resolve("deploy/monitoring");
  private static final Pattern SERIES = Pattern.compile("\\b(nook_[a-z_]+)(?:\\{([^}]*)})?");
  private static final Pattern LABEL = Pattern.compile("([a-z_]+)\\s*(?:=~|!~|!=|=)");
  private static final Pattern LABEL_LIST = Pattern.compile("by \\(([^)]*)\\)");
  private static final Pattern SHOWN = Pattern.compile("\\$labels\\.([a-z_]+)|\\{\\{([a-z_]+)}}");

  /// The labels that Prometheus adds to everything that it scrapes.
  private static final Set<String> ADDED = Set.of("instance", "job");

  /// The labels of each exported series, by its name.
  private static Map<String, Set<String>> exported;

  @BeforeAll
  static void scrape(@TempDir Path temporary) throws Exception {
    exported = new TreeMap<>();
    try (var rig = new FakeRig(temporary.toRealPath(), Kind.EXT4)) {
      rig.start();
      Rig.Wired volume = rig.create("v", Kind.EXT4).stage();
      export(rig.get("/metrics").body());
      volume.unstage().delete();
    }
    try (var cluster = new ClusterRig(Files.createDirectory(temporary.toRealPath().resolve("c")))) {
      cluster.client().delete(cluster.create(ClusterRig.volume("v")).getVolumeId());
      export(cluster.get("/metrics"));
    }
    assertThat(exported).hasSizeGreaterThan(15);
  }

  private static void export(String metrics) {
    for (MatchResult series : found(SERIES, metrics)) {
      String labels = series.group(2);
      exported
          .computeIfAbsent(series.group(1), _ -> new HashSet<>())
          .addAll(labels == null ? Set.of() : names(LABEL, labels));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dashboard.json", "alerts.yaml", "alerts-test.yaml"})
  void everySeriesThatIsUsedIsExportedWithItsLabels(String file) throws IOException {
    List<MatchResult> used = found(SERIES, text(file));

    assertThat(used).hasSizeGreaterThan(12);
    for (MatchResult series : used) {
      assertThat(exported).as(file).containsKey(series.group(1));
      if (series.group(2) != null) {
        assertThat(with(ADDED, exported.getOrDefault(series.group(1), Set.of())))
            .as("%s: %s", file, series.group())
            .containsAll(names(LABEL, series.group(2)));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dashboard.json", "alerts.yaml"})
  void everyLabelThatIsGroupedByOrShownExists(String file) throws IOException {
    Set<String> labels = new HashSet<>(names(SHOWN, text(file)));
    for (MatchResult list : found(LABEL_LIST, text(file))) {
      labels.addAll(List.of(list.group(1).split(", *")));
    }

    Set<String> known = new HashSet<>(ADDED);
    exported.values().forEach(known::addAll);

    assertThat(labels).hasSizeGreaterThan(2).isSubsetOf(known);
  }

  @Test
  void everyMetricIsOnTheDashboardAndInTheDocument() throws IOException {
    Set<String> shown = families(names(SERIES, text("dashboard.json")).stream());

    assertThat(shown).isEqualTo(families(exported.keySet().stream()));
    assertThat(documented()).isEqualTo(shown);
  }

  @Test
  void everyAlertSaysWhatToDoAndWhereToReadOnAndIsTested() throws IOException {
    String tests = text("alerts-test.yaml");
    List<String> alerts = List.of(text("alerts.yaml").split("- alert: "));
    for (String alert : alerts.subList(1, alerts.size())) {
      String name = alert.lines().findFirst().orElseThrow();
      assertThat(alert).as(name).contains("summary: ", "description: ", "severity: ");
      assertThat(tests).containsPattern("alertname: %s\\s+exp_alerts".formatted(name));
      assertThat(documents()).as(name).contains(runbook(alert));
    }
    assertThat(alerts).hasSizeGreaterThan(10);
  }

  private static String runbook(String alert) {
    Matcher runbook = Pattern.compile("runbook: (\\S+)").matcher(alert);
    assertThat(runbook.find()).as(alert).isTrue();
    return runbook.group(1);
  }

  /// Every heading of the documents, as it is linked to.
  private static Set<String> documents() throws IOException {
    Set<String> headings = new HashSet<>();
    for (String document : List.of("docs/operations.md", "docs/copies.md")) {
      for (String line : Files.readAllLines(TOP.resolve(document))) {
        if (line.startsWith("#")) {
          String words = line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT);
          headings.add(document + "#" + words.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'));
        }
      }
    }
    return headings;
  }

  private static Set<String> documented() throws IOException {
    return Files.readAllLines(TOP.resolve("docs/operations.md")).stream()
        .filter(line -> line.startsWith("| `nook_"))
        .flatMap(line -> names(SERIES, line.split("\\|")[1]).stream())
        .collect(toSet());
  }

  /// A histogram is one metric, however many series it has.
  private static Set<String> families(Stream<String> series) {
    return series.map(name -> name.replaceFirst("_(bucket|count|sum)$", "")).collect(toSet());
  }

  /// A file without its comments; of JSON, its texts.
  private static String text(String file) throws IOException {
    String all = Files.readString(MONITORING.resolve(file));
    if (!file.endsWith(".json")) {
      return all.replaceAll("(?m)^\\s*#.*$", "");
    }
    var texts = new StringBuilder();
    collect(new ObjectMapper().readTree(all), texts);
    return texts.toString();
  }

  private static void collect(JsonNode node, StringBuilder texts) {
    if (node.isString()) {
      texts.append(node.asString()).append('\n');
    }
    node.values().forEach(inner -> collect(inner, texts));
  }

  private static List<MatchResult> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  /// The first group that matched, each time.
  private static Set<String> names(Pattern pattern, String text) {
    return found(pattern, text).stream()
        .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
        .collect(toSet());
  }

  private static Set<String> with(Set<String> some, Set<String> more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(more);
    return all;
  }
}
