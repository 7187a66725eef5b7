package dev.nook.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/// The chart is the truth: what kustomize builds is what the chart renders, object by object.
class RenderingIT {
  private static final Path OVERLAYS = Yaml.KUSTOMIZE.resolve("overlays");

  @Test
  void theKeptManifestsAreWhatTheChartRenders() throws Exception {
    assertThat(Yaml.byName(Yaml.base()))
        .isEqualTo(Yaml.byName(Tools.chart("--set", "namespace.create=true")));
  }

  @Test
  void kustomizeBuildsWhatTheChartRenders() throws Exception {
    assertThat(Yaml.byName(Tools.kustomize(".")))
        .isEqualTo(Yaml.byName(Tools.chart("--set", "namespace.create=true")));
  }

  static List<String> overlays() throws Exception {
    try (Stream<Path> folders = Files.list(OVERLAYS)) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    }
  }

  /// Each overlay says in a file of values what the same change is to the chart.
  @ParameterizedTest
  @MethodSource("overlays")
  void anOverlayIsTheChartWithOtherValues(String overlay) throws Exception {
    Path values = OVERLAYS.resolve(overlay).resolve("values.yaml");
    List<String> arguments =
        new ArrayList<>(List.of("--set", "namespace.create=true", "-f", values.toString()));
    if (overlay.equals("namespace")) {
      arguments.addAll(List.of("--namespace", "storage"));
    }

    List<JsonNode> built = Tools.kustomize("overlays/" + overlay);

    assertThat(Yaml.byName(built))
        .isEqualTo(Yaml.byName(Tools.chart(arguments.toArray(String[]::new))))
        .isNotEqualTo(Yaml.byName(Yaml.base()));
  }

  @Test
  void thereAreOverlaysForTheCommonChanges() throws Exception {
    assertThat(overlays())
        .containsExactly(
            "default-class", "k0s", "microk8s", "namespace", "pool-image", "without-snapshots");
  }

  @Test
  void aKubeletDirectoryMovesEveryPath() throws Exception {
    String moved = Tools.template("--set", "kubeletDir=/srv/kubelet").orFail();

    assertThat(moved).contains("/srv/kubelet/plugins_registry").doesNotContain("/var/lib/kubelet");
    assertThat(count(moved, "/srv/kubelet"))
        .isEqualTo(count(Tools.template().orFail(), "/var/lib/kubelet"));
  }

  @Test
  void aDriverNameMovesEveryNameAndPath() throws Exception {
    String moved = Tools.template("--set", "driverName=disk.example.com").orFail();

    assertThat(moved)
        .contains("plugins/disk.example.com/csi.sock", "external-resizer-disk-example-com")
        .doesNotContain("csi.nook.dev", "csi-nook-dev");
  }

  private static int count(String text, String part) {
    return text.split(part, -1).length - 1;
  }
}
