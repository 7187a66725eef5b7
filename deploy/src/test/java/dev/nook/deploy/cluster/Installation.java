package dev.nook.deploy.cluster;

import java.util.stream.Stream;

/// Nook as it is installed: the chart's release, and the DaemonSet on all nodes.
final class Installation {
  static final String NAMESPACE = "nook-system";

  private Installation() {}

  /// Installs the chart, or changes what is installed, with these further arguments of helm.
  static void install(String... arguments) {
    String _ =
        Cluster.run(
            Stream.concat(Stream.of("install"), Stream.of(arguments)).toArray(String[]::new));
  }

  static void uninstall() {
    String _ = Cluster.run("uninstall");
  }

  static void awaitReady() {
    String _ = kubectl("rollout", "status", "daemonset/nook", "--timeout=240s");
  }

  /// Takes the drivers off all nodes, as a node selector that fits none does.
  static void takeAway() {
    select("{\"test\":\"nowhere\"}");
    Await.until("no driver runs", () -> pods("{.items[*].metadata.name}").isEmpty());
  }

  static void bringBack() {
    select("{\"test\":null}");
    awaitReady();
  }

  private static void select(String selector) {
    String patch = "{\"spec\":{\"template\":{\"spec\":{\"nodeSelector\":%s}}}}";
    String _ = kubectl("patch", "daemonset", "nook", "-p", patch.formatted(selector));
  }

  /// A field of the DaemonSet's pods.
  static String pods(String jsonPath, String... selection) {
    return kubectl(
        Stream.concat(
                Stream.of(
                    "get",
                    "pods",
                    "-l",
                    "app.kubernetes.io/name=nook",
                    "-o",
                    "jsonpath=" + jsonPath),
                Stream.of(selection))
            .toArray(String[]::new));
  }

  /// What kubectl printed in the namespace of the installation.
  static String kubectl(String... arguments) {
    return Kubectl.run(
        Stream.concat(Stream.of("-n", NAMESPACE), Stream.of(arguments)).toArray(String[]::new));
  }
}
