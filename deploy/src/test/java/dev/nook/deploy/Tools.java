package dev.nook.deploy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// helm and kustomize, as `deploy/tools` installs them.
final class Tools {
  private static final Duration TO_BUILD_THEM = Duration.ofMinutes(30);
  private static boolean installed;

  private Tools() {}

  /// What the chart renders with these further arguments of `helm template`.
  static List<JsonNode> chart(String... arguments) throws IOException {
    return Yaml.documents(template(arguments).orFail());
  }

  static Shell.Ended template(String... arguments) {
    List<String> command = new ArrayList<>(List.of("helm", "template", "nook"));
    command.add(Yaml.CHART.toString());
    command.addAll(List.of("--namespace", "nook-system"));
    command.addAll(List.of(arguments));
    return run(command);
  }

  /// What `kubectl apply -k` takes from a folder below `deploy/kustomize`.
  static List<JsonNode> kustomize(String folder) throws IOException {
    Path directory = Yaml.KUSTOMIZE.resolve(folder);
    return Yaml.documents(run(List.of("kustomize", "build", directory.toString())).orFail());
  }

  static Shell.Ended run(List<String> command) {
    install();
    List<String> located = new ArrayList<>(command);
    located.set(0, Shell.CHECKOUT.resolve(".nook/bin").resolve(command.getFirst()).toString());
    return Shell.end("", located);
  }

  private static synchronized void install() {
    if (!installed) {
      String _ =
          Shell.end("", List.of(Shell.CHECKOUT.resolve("deploy/tools").toString()), TO_BUILD_THEM)
              .orFail();
      installed = true;
    }
  }
}
