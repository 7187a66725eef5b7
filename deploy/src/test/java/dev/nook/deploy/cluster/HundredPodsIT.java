package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.deploy.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A hundred pods with a claim each, made at once and deleted at once, and who took the time: with
/// the rates at which the sidecars ask the API server by themselves, and with those of the chart.
/// The figures are printed and kept in `.nook/cluster/hundred-pods.txt`; how long it takes fails
/// nothing.
class HundredPodsIT {
  private static final int PODS = 100;
  private static final Path KEPT = Shell.CHECKOUT.resolve(".nook/cluster/hundred-pods.txt");
  private static final List<String> SIDECARS =
      List.of("csi-provisioner", "csi-snapshotter", "csi-resizer");

  /// What client-go says of a request that its own limit held back.
  private static final Pattern HELD_BACK =
      Pattern.compile("(?:delay=\"|Waited for )([0-9.]+)(ms|s)");

  @RegisterExtension final Namespace namespace = new Namespace();

  @AfterAll
  static void theRatesOfTheChart() {
    Installation.install();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5/10, as sidecars have them", "of the chart"})
  void aHundredPodsGetTheirVolumesAndGiveThemBack(String rates) throws IOException {
    if (rates.startsWith("5/10")) {
      Installation.install("--set", "sidecars.apiRate.qps=5,sidecars.apiRate.burst=10");
    } else {
      Installation.install();
    }
    StringBuilder said = new StringBuilder("Rates " + rates + "\n");
    said.append("  memory before                " + memory());

    Instant begun = Instant.now();
    String _ =
        Kubectl.end(everything(), "-n", namespace.name(), "create", "--validate=false", "-f", "-")
            .orFail();
    said.append(took("told the API server", begun));
    Await.until("all pods are ready", () -> ready() == PODS);
    said.append(took("all pods are ready", begun));
    assertThat(namespace.volumes().split(" ")).hasSize(PODS);
    Calls made = Calls.since(begun);
    assertThat(made.well("NodePublishVolume")).hasSizeGreaterThanOrEqualTo(PODS);
    said.append(creation(begun, made));
    said.append("  memory with them             " + memory());

    Instant ended = Instant.now();
    String _ = kubectl("delete", "pods,pvc", "--all", "--wait=false");
    said.append(took("told the API server", ended));
    Await.until("all pods are gone", () -> kubectl("get", "pods", "-o", "name").isEmpty());
    said.append(took("all pods are gone", ended));
    Await.until("all volumes are gone", () -> namespace.volumes().isEmpty());
    said.append(took("all volumes are gone", ended));
    said.append(deletion(ended));
    said.append("  memory after                 " + memory());
    said.append(heldBack(begun));
    tell(said.toString());
  }

  private static String everything() {
    return IntStream.range(0, PODS)
        .mapToObj(i ->
            Claim.yaml("data-" + i, "nook", "32Mi") + "---\n" + Pod.yaml("pod-" + i, "data-" + i))
        .collect(Collectors.joining("---\n"));
  }

  private String kubectl(String... arguments) {
    return Kubectl.run(
        Stream.concat(Stream.of("-n", namespace.name()), Stream.of(arguments))
            .toArray(String[]::new));
  }

  private long ready() {
    return times("pods", "{.status.conditions[?(@.type==\"Ready\")].status}").stream()
        .filter("True"::equals)
        .count();
  }

  private List<String> times(String objects, String path) {
    return kubectl("get", objects, "-o", "jsonpath={range .items[*]}%s\n{end}".formatted(path))
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  private String creation(Instant begun, Calls calls) {
    Milestones milestones = new Milestones(begun);
    times("pvc", "{.metadata.creationTimestamp}")
        .forEach(time -> milestones.add("claim made (1 s)", Instant.parse(time)));
    add(milestones, calls, "CreateVolume");
    times("pods", "{.status.conditions[?(@.type==\"PodScheduled\")].lastTransitionTime}")
        .forEach(time -> milestones.add("pod scheduled (1 s)", Instant.parse(time)));
    add(milestones, calls, "NodeStageVolume");
    add(milestones, calls, "NodePublishVolume");
    times("pods", "{.status.conditions[?(@.type==\"Ready\")].lastTransitionTime}")
        .forEach(time -> milestones.add("pod ready (1 s)", Instant.parse(time)));
    return milestones
        + calls.times("CreateVolume")
        + calls.times("NodeStageVolume")
        + calls.times("NodePublishVolume");
  }

  private static String deletion(Instant ended) {
    Calls calls = Calls.since(ended);
    Milestones milestones = new Milestones(ended);
    List<String> methods = List.of("NodeUnpublishVolume", "NodeUnstageVolume", "DeleteVolume");
    methods.forEach(method -> add(milestones, calls, method));
    return milestones + methods.stream().map(calls::times).collect(Collectors.joining());
  }

  private static void add(Milestones milestones, Calls calls, String method) {
    calls.well(method).forEach(call -> milestones.add(method + " answered", call.at()));
  }

  private static String took(String what, Instant begun) {
    double seconds = Duration.between(begun, Instant.now()).toMillis() / 1000.0;
    return String.format(Locale.ROOT, "  %-28s %.1f s%n", what, seconds);
  }

  /// Of each driver's container, and of its process, in MiB.
  private static String memory() {
    return Node.all().stream()
            .map(node -> node.name() + ": " + Driver.on(node).memory())
            .collect(Collectors.joining(", "))
        + "\n";
  }

  /// What each sidecar's own limit made it wait, as far as it says so.
  private static String heldBack(Instant begun) {
    StringBuilder lines = new StringBuilder();
    for (String sidecar : SIDECARS) {
      double[] seconds =
          Node.all().stream()
              .flatMap(node -> Driver.on(node).logSince(sidecar, begun).lines())
              .flatMap(line -> HELD_BACK.matcher(line).results())
              .mapToDouble(found ->
                  Double.parseDouble(found.group(1)) / (found.group(2).equals("s") ? 1 : 1000))
              .toArray();
      lines.append(
          String.format(
              Locale.ROOT,
              "  %-28s %d requests held back, %.1f s in all%n",
              sidecar,
              seconds.length,
              Arrays.stream(seconds).sum()));
    }
    return lines.toString();
  }

  @SuppressWarnings("SystemOut")
  private static void tell(String said) throws IOException {
    System.out.println(said);
    Files.createDirectories(KEPT.getParent());
    String before = Files.exists(KEPT) ? Files.readString(KEPT) : "";
    String _ = Files.writeString(KEPT, before + said).toString();
  }
}
