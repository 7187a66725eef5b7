package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/// The driver of one node.
record Driver(Node node) {
  static final String NAME = "csi.nook.dev";

  /// Of a node's default pool; two volumes of this size do not fit into it.
  static final String MORE_THAN_HALF = "2560Mi";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  static Driver on(Node node) {
    return new Driver(node);
  }

  /// The pod that runs now, once there is one.
  String pod() {
    return Await.until(
        "a driver's pod runs on " + node.name(), this::running, name -> !name.isEmpty());
  }

  private String running() {
    return Installation.pods(
            "{.items[*].metadata.name}",
            "--field-selector=status.phase=Running,spec.nodeName=" + node.name())
        .split(" ")[0];
  }

  /// Whether the node's kubelet knows it.
  boolean isRegistered() {
    return Kubectl.run(
            "get",
            "csinode",
            node.name(),
            "--ignore-not-found",
            "-o",
            "jsonpath={.spec.drivers[*].name}")
        .contains(NAME);
  }

  String log(String container) {
    return Kubectl.end(
            "", "-n", Installation.NAMESPACE, "logs", running(), "-c", container, "--tail=400")
        .out();
  }

  /// What a container of its pod has logged since then.
  String logSince(String container, Instant begun) {
    String since = "--since-time=" + begun.truncatedTo(ChronoUnit.SECONDS);
    return Installation.kubectl("logs", pod(), "-c", container, since);
  }

  /// What its container is charged, and what its process holds for itself, in MiB.
  String memory() {
    String script =
        """
        group=$(sed -n 's/^[0-9]*:\\(memory\\)\\{0,1\\}:\\(.*\\)/\\1\\2/p' /proc/%1$d/cgroup | head -n 1)
        bytes=$(cat /sys/fs/cgroup/$group/memory.usage_in_bytes /sys/fs/cgroup/$group/memory.current 2>/dev/null)
        awk -v bytes=$bytes '/^Pss:/ {printf "%%d (process %%d)", bytes / 1048576, $2 / 1024}' /proc/%1$d/smaps_rollup
        """;
    return node.run("sh", "-c", script.formatted(process()));
  }

  /// The driver's process, as its node counts.
  long process() {
    return Long.parseLong(Cluster.run("pid", node.name(), Installation.NAMESPACE, pod(), "driver"));
  }

  /// A place in the pools, where the node sees it.
  static String pools(String place) {
    return "/var/lib/nook/" + place;
  }

  /// Ends the pod and waits for the one that follows it.
  void replace() {
    String old = pod();
    String _ = Installation.kubectl("delete", "pod", old, "--timeout=240s");
    Await.until("a driver follows " + old, () -> !pod().equals(old) && ready());
  }

  void signal(String signal, long process) {
    String _ = node.run("kill", "-" + signal, Long.toString(process));
  }

  void awaitSuccessor(long process) {
    Await.until("a driver follows the one that was killed", () -> successor(process));
    Installation.awaitReady();
  }

  private boolean successor(long process) {
    String now = Cluster.end("", "pid", node.name(), Installation.NAMESPACE, pod(), "driver").out();
    return !now.isEmpty() && Long.parseLong(now) != process && ready();
  }

  private boolean ready() {
    return Installation.kubectl(
            "get",
            "pod",
            pod(),
            "-o",
            "jsonpath={.status.containerStatuses[?(@.name==\"driver\")].ready}")
        .equals("true");
  }

  /// What the driver's HTTP port answers, asked at the pod's own address.
  String http(String path) {
    String address = Installation.kubectl("get", "pod", pod(), "-o", "jsonpath={.status.podIP}");
    URI uri = URI.create("http://%s:9810%s".formatted(address, path));
    try {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
      return HTTP.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /// The value of one series, or 0 where it is not exported.
  double metric(String series) {
    return http("/metrics")
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  /// What `nook` says inside the driver's container.
  Shell.Ended nook(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of("-n", Installation.NAMESPACE, "exec", pod(), "-c", "driver", "--", "nook"));
    command.addAll(List.of(arguments));
    return Kubectl.end("", command.toArray(String[]::new));
  }
}
