package dev.nook.deploy;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nook.driver.Main;
import dev.nook.driver.cli.DriverNameFlag;
import dev.nook.driver.cli.KubeletFlag;
import dev.nook.rpc.Parameters;
import dev.nook.rpc.Topology;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

/// What the manifests tell the driver, read by the driver's own parsers.
class ContractTest {
  private final List<JsonNode> manifests = Yaml.base();
  private final JsonNode daemonSet = Yaml.one("DaemonSet", manifests);
  private final JsonNode driver = Yaml.container("driver", daemonSet);

  @Test
  void everyStorageClassIsWhatTheDriverTakes() throws Exception {
    List<JsonNode> classes = Yaml.ofKind("StorageClass", manifests);

    assertThat(classes).hasSize(4);
    for (JsonNode made : classes) {
      Map<String, String> parameters = new HashMap<>();
      made.path("parameters")
          .properties()
          .forEach(e -> parameters.put(e.getKey(), e.getValue().asString()));
      assertThat(Parameters.of(parameters)).as(Yaml.name(made)).isNotNull();
      assertThat(made.path("volumeBindingMode").asString()).isEqualTo("WaitForFirstConsumer");
      assertThat(made.path("allowVolumeExpansion").asBoolean()).isTrue();
    }
  }

  @Test
  void theChartIsOfTheVersionThatIsBuilt() {
    JsonNode chart = Yaml.documents(Yaml.text(Yaml.CHART.resolve("Chart.yaml"))).getFirst();
    String version = chart.path("appVersion").asString();

    assertThat(chart.path("version").asString()).isEqualTo(version);
    assertThat(Yaml.text(Shell.CHECKOUT.resolve("pom.xml")))
        .contains("<artifactId>nook</artifactId>\n  <version>%s</version>".formatted(version));
    assertThat(driver.path("image").asString()).isEqualTo("nook:" + version);
  }

  @Test
  void everyObjectNamesTheOneDriver() {
    String name = Yaml.one("CSIDriver", manifests).at("/metadata/name").asString();

    assertThat(name).isEqualTo(DriverNameFlag.DEFAULT);
    assertThat(environment()).containsEntry("NOOK_DRIVER_NAME", name);
    assertThat(Yaml.one("VolumeSnapshotClass", manifests).path("driver").asString())
        .isEqualTo(name);
    assertThat(Yaml.ofKind("StorageClass", manifests))
        .allSatisfy(made -> assertThat(made.path("provisioner").asString()).isEqualTo(name));
  }

  @Test
  void everyVariableIsAFlagOfServeWithAValueThatItTakes() {
    List<String> line = new ArrayList<>(List.of("serve"));
    environment().forEach((name, value) -> line.add(flag(name) + "=" + value));

    CommandLine.ParseResult parsed =
        new CommandLine(new Main()).parseArgs(line.toArray(String[]::new)).subcommand();

    assertThat(parsed.matchedOptions()).hasSize(line.size() - 1);
  }

  @Test
  void whatServeNeedsIsSet() {
    CommandLine serve = requireNonNull(new CommandLine(new Main()).getSubcommands().get("serve"));
    Set<String> required =
        serve.getCommandSpec().options().stream()
            .filter(CommandLine.Model.OptionSpec::required)
            .map(CommandLine.Model.OptionSpec::longestName)
            .collect(toSet());

    assertThat(environment().keySet().stream().map(ContractTest::flag)).containsAll(required);
  }

  /// Kubelet reads the driver's path from its registration, and each sidecar sees the same socket.
  @Test
  void driverSidecarsAndKubeletMeanTheSameSocket() {
    JsonNode volumes = daemonSet.at("/spec/template/spec/volumes");
    String folder = Yaml.named("socket", volumes).at("/hostPath/path").asString();
    String kubelet = Yaml.named("kubelet", volumes).at("/hostPath/path").asString();

    assertThat(kubelet).isEqualTo(KubeletFlag.DEFAULT);
    assertThat(environment())
        .containsEntry("NOOK_ENDPOINT", "unix://" + folder + "/csi.sock")
        .containsEntry("NOOK_KUBELET_DIR", kubelet)
        .containsEntry("NOOK_REGISTER", kubelet + "/plugins_registry");
    for (String sidecar : List.of("csi-provisioner", "csi-snapshotter", "csi-resizer")) {
      assertThat(arguments(sidecar)).contains("--csi-address=/csi/csi.sock");
    }
  }

  @Test
  void theVolumeLimitIsReadFromTheConfigMap() {
    JsonNode configMap = Yaml.one("ConfigMap", manifests);
    JsonNode volume = Yaml.named("config", daemonSet.at("/spec/template/spec/volumes"));

    assertThat(volume.at("/configMap/name")).isEqualTo(configMap.at("/metadata/name"));
    assertThat(environment()).containsEntry("NOOK_MAX_VOLUMES", "@/etc/nook/" + "max-volumes");
    assertThat(configMap.at("/data/max-volumes").asString()).isEqualTo("1000");
  }

  @Test
  void theProbesAskThePortThatTheDriverServes() {
    String port = driver.at("/ports/0/containerPort").asString();

    assertThat(environment()).containsEntry("NOOK_HTTP", ":" + port);
    assertThat(driver.at("/ports/0/name").asString()).isEqualTo("http");
    assertThat(driver.at("/livenessProbe/httpGet/path").asString()).isEqualTo("/livez");
    assertThat(driver.at("/startupProbe/httpGet/path").asString()).isEqualTo("/livez");
    assertThat(driver.at("/readinessProbe/httpGet/path").asString()).isEqualTo("/readyz");
  }

  @Test
  void theSchemaHasTheLimitsThatTheDriverTakes() {
    JsonNode schema =
        Yaml.documents(Yaml.text(Yaml.CHART.resolve("values.schema.json"))).getFirst();

    assertThat(schema.at("/properties/driverName/maxLength").asInt())
        .isEqualTo(Topology.LONGEST_DRIVER);
    assertHighest(schema.at("/properties/maxVolumes/maximum").asInt(), "--max-volumes=%d");
    for (String setting : List.of("volumes", "snapshots")) {
      assertHighest(
          schema.at("/$defs/pool/properties/%s/maximum".formatted(setting)).asInt(),
          "--pool=p=/p," + setting + "=%d");
    }
  }

  @Test
  void thePoliciesKnowTheTopologyKeyOfTheDriver() {
    String key = Topology.key(Yaml.one("CSIDriver", manifests).at("/metadata/name").asString());

    assertThat(Yaml.ofKind("ValidatingAdmissionPolicy", manifests).toString())
        .contains("one.key == '" + key + "'");
  }

  @Test
  void theSidecarsRunOnTheirNodeAlone() {
    assertThat(arguments("csi-provisioner"))
        .contains(
            "--node-deployment",
            "--strict-topology",
            "--immediate-topology=false",
            "--enable-capacity",
            "--extra-create-metadata");
    assertThat(arguments("csi-snapshotter"))
        .contains("--node-deployment")
        .doesNotContain("--leader-election");
    assertThat(arguments("csi-resizer")).contains("--leader-election");
  }

  @Test
  void everySidecarAsksTheApiServerAtTheRateOfTheChart() {
    for (String sidecar : List.of("csi-provisioner", "csi-snapshotter", "csi-resizer")) {
      assertThat(arguments(sidecar)).contains("--kube-api-qps=50", "--kube-api-burst=100");
    }
  }

  @Test
  void theDriverIsAskedForWhatItPromises() {
    JsonNode spec = Yaml.one("CSIDriver", manifests).path("spec");

    assertThat(spec.path("attachRequired").asBoolean(true)).isFalse();
    assertThat(spec.path("storageCapacity").asBoolean()).isTrue();
    assertThat(spec.path("fsGroupPolicy").asString()).isEqualTo("File");
    assertThat(spec.path("volumeLifecycleModes").toString()).isEqualTo("[\"Persistent\"]");
    assertThat(spec.path("seLinuxMount").asBoolean()).isTrue();
    assertThat(spec.path("nodeAllocatableUpdatePeriodSeconds").asInt()).isGreaterThanOrEqualTo(10);
  }

  private Map<String, String> environment() {
    Map<String, String> set = new HashMap<>();
    for (JsonNode variable : driver.path("env")) {
      set.put(variable.path("name").asString(), variable.path("value").asString("a-node"));
    }
    return set;
  }

  private List<String> arguments(String container) {
    List<String> all = new ArrayList<>();
    Yaml.container(container, daemonSet).path("args").forEach(one -> all.add(one.asString()));
    return all;
  }

  /// Asserts that a flag takes this number and not the next one.
  private static void assertHighest(int highest, String flag) {
    assertThat(highest).isPositive();
    parse(flag.formatted(highest));
    assertThatThrownBy(() -> parse(flag.formatted(highest + 1)))
        .isInstanceOf(CommandLine.ParameterException.class);
  }

  private static void parse(String flag) {
    new CommandLine(new Main()).parseArgs("serve", "--node-id=n", flag);
  }

  private static String flag(String variable) {
    return "--" + variable.replaceFirst("^NOOK_", "").replace('_', '-').toLowerCase(Locale.ROOT);
  }
}
