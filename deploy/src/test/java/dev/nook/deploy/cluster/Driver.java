package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Nook's DaemonSet on the one node.
final class Driver {
  static final String NAMESPACE = "nook-system";
  static final String NAME = "csi.nook.dev";
  static final String NODE = "nook-node";
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private static final String CLUSTER =
      Shell.CHECKOUT.resolve("testing/cluster/cluster").toString();

  private Driver() {}

  /// The pod that runs now, once there is one.
  static String pod() {
    return Await.until("a driver's pod runs", Driver::running, name -> !name.isEmpty());
  }

  private static String running() {
    return Kubectl.run(
            "-n",
            NAMESPACE,
            "get",
            "pods",
            "-l",
            "app.kubernetes.io/name=nook",
            "--field-selector=status.phase=Running",
            "-o",
            "jsonpath={.items[*].metadata.name}")
        .split(" ")[0];
  }

  static void awaitReady() {
    String _ =
        Kubectl.run("-n", NAMESPACE, "rollout", "status", "daemonset/nook", "--timeout=240s");
  }

  static String log(String container) {
    return Kubectl.end("", "-n", NAMESPACE, "logs", "daemonset/nook", "-c", container, "--tail=400")
        .out();
  }

  /// The driver's process, as this host counts.
  static long process() {
    return Long.parseLong(Shell.run(CLUSTER, "pid", NAMESPACE, pod(), "driver"));
  }

  /// A place in the pools, as the driver's container sees it.
  static Path pools(String place) {
    return Path.of("/proc", Long.toString(process()), "root/var/lib/nook", place);
  }

  /// Ends the pod and waits for the one that follows it.
  static void replace() {
    String old = pod();
    String _ = Kubectl.run("-n", NAMESPACE, "delete", "pod", old, "--timeout=240s");
    Await.until("a driver follows " + old, () -> !pod().equals(old) && ready());
  }

  static void signal(String signal, long process) {
    String _ = Shell.run("kill", "-" + signal, Long.toString(process));
  }

  static void awaitSuccessor(long process) {
    Await.until("a driver follows the one that was killed", () -> successor(process));
    awaitReady();
  }

  private static boolean successor(long process) {
    String now = Shell.end("", List.of(CLUSTER, "pid", NAMESPACE, pod(), "driver")).out();
    return !now.isEmpty() && Long.parseLong(now) != process && ready();
  }

  private static boolean ready() {
    return Kubectl.run(
            "-n",
            NAMESPACE,
            "get",
            "pod",
            pod(),
            "-o",
            "jsonpath={.status.containerStatuses[?(@.name==\"driver\")].ready}")
        .equals("true");
  }

  /// Takes the driver off the node, as a node selector that fits none does.
  static void remove() {
    select("{\"test\":\"nowhere\"}");
    Await.until(
        "no driver runs",
        () -> Kubectl.run("-n", NAMESPACE, "get", "pods", "-o", "name").isEmpty());
  }

  static void bringBack() {
    select("{\"test\":null}");
    awaitReady();
  }

  private static void select(String selector) {
    String patch = "{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":%s}}}}";
    String _ =
        Kubectl.run("-n", NAMESPACE, "patch", "daemonset", "nook", "-p", patch.formatted(selector));
  }

  /// What the driver's HTTP port answers, asked at the pod's own address.
  static String http(String path) {
    String address =
        Kubectl.run("-n", NAMESPACE, "get", "pod", pod(), "-o", "jsonpath={.status.podIP}");
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
  static double metric(String series) {
    return http("/metrics")
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElse(0);
  }

  /// What `nook` says inside the driver's container.
  static Shell.Ended nook(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of("-n", NAMESPACE, "exec", "daemonset/nook", "-c", "driver", "--", "nook"));
    command.addAll(List.of(arguments));
    return Kubectl.end("", command.toArray(String[]::new));
  }

  static void install() {
    String _ = Shell.run(CLUSTER, "install");
  }

  static void uninstall() {
    String _ = Shell.run(CLUSTER, "uninstall");
  }

  static void restartKubelet() {
    String _ = Shell.run(CLUSTER, "restart", "kubelet");
  }

  static void rebootNode() {
    String _ = Shell.run(CLUSTER, "reboot");
  }
}
