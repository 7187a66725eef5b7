package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;
import java.util.stream.Stream;

/// kubectl as the administrator of the test cluster.
final class Kubectl {
  private Kubectl() {}

  /// What kubectl printed; fails with what it complained about.
  static String run(String... arguments) {
    return end("", arguments).orFail();
  }

  static Shell.Ended end(String input, String... arguments) {
    return Cluster.end(
        input, Stream.concat(Stream.of("kubectl"), Stream.of(arguments)).toArray(String[]::new));
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
