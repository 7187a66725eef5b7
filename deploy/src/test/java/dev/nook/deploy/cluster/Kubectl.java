package dev.nook.deploy.cluster;

import java.util.ArrayList;
import java.util.List;

/// kubectl as the administrator of the test cluster.
final class Kubectl {
  private static final List<String> KUBECTL =
      List.of(Shell.CHECKOUT.resolve("testing/cluster/cluster").toString(), "kubectl");

  private Kubectl() {}

  /// What kubectl printed; fails with what it complained about.
  static String run(String... arguments) {
    return end("", arguments).orFail(List.of(arguments));
  }

  static Shell.Ended end(String input, String... arguments) {
    List<String> command = new ArrayList<>(KUBECTL);
    command.addAll(List.of(arguments));
    return Shell.end(input, command);
  }

  static void apply(String yaml) {
    end(yaml, "apply", "-f", "-").orFail(List.of("apply", yaml));
  }

  /// A field of one object of the whole cluster; empty where there is none.
  static String field(String object, String jsonPath) {
    return run("get", object, "-o", "jsonpath=" + jsonPath);
  }

  static boolean exists(String object) {
    return !run("get", object, "--ignore-not-found", "-o", "name").isEmpty();
  }
}
