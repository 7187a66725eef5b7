package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;
import java.util.ArrayList;
import java.util.List;

/// kubectl as the administrator of the test cluster.
final class Kubectl {
  private static final List<String> KUBECTL =
      List.of(Shell.CHECKOUT.resolve("testing/cluster/cluster").toString(), "kubectl");

  private Kubectl() {}

  /// What kubectl printed; fails with what it complained about.
  static String run(String... arguments) {
    return end("", arguments).orFail();
  }

  static Shell.Ended end(String input, String... arguments) {
    List<String> command = new ArrayList<>(KUBECTL);
    command.addAll(List.of(arguments));
    return Shell.end(input, command);
  }

  static void apply(String yaml) {
    String _ = end(yaml, "apply", "-f", "-").orFail();
  }

  /// A field of one object of the whole cluster; empty where there is none.
  static String field(String object, String jsonPath) {
    return run("get", object, "-o", "jsonpath=" + jsonPath);
  }

  /// What `kubectl describe` shows of an object such as `pod/first`, once it shows this.
  static String awaitDescription(String namespace, String object, String part) {
    return awaitDescription(namespace, object, part, () -> {});
  }

  /// @param before what is done before each look
  static String awaitDescription(String namespace, String object, String part, Runnable before) {
    return Await.until(
        "%s says: %s".formatted(object, part),
        () -> {
          before.run();
          return run("-n", namespace, "describe", object);
        },
        text -> text.contains(part));
  }

  static boolean exists(String object) {
    return !run("get", object, "--ignore-not-found", "-o", "name").isEmpty();
  }
}
