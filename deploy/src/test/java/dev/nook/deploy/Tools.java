package dev.nook.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/// helm and kustomize, as `deploy/tools` installs them.
final class Tools {
  private static final int MINUTES_TO_BUILD_THEM = 30;
  private static boolean installed;

  /// How a tool ended, and what it said.
  record Ending(int exitCode, String out, String err) {
    String orFail() {
      if (exitCode != 0) {
        throw new AssertionError("exit code %d: %s".formatted(exitCode, err));
      }
      return out;
    }
  }

  private Tools() {}

  /// What the chart renders with these further arguments of `helm template`.
  static List<JsonNode> chart(String... arguments) throws IOException {
    return Yaml.documents(template(arguments).orFail());
  }

  static Ending template(String... arguments) throws IOException {
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

  static Ending run(List<String> command) throws IOException {
    install();
    List<String> located = new ArrayList<>(command);
    located.set(0, Yaml.TOP.resolve(".nook/bin").resolve(command.getFirst()).toString());
    return started(located, 2);
  }

  private static synchronized void install() throws IOException {
    if (!installed) {
      started(List.of(Yaml.TOP.resolve("deploy/tools").toString()), MINUTES_TO_BUILD_THEM).orFail();
      installed = true;
    }
  }

  private static Ending started(List<String> command, int minutes) throws IOException {
    Path out = Files.createTempFile("nook-tool", ".out");
    Path err = Files.createTempFile("nook-tool", ".err");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!ended(process, minutes)) {
        process.destroyForcibly();
        throw new AssertionError("%s took more than %d minutes".formatted(command, minutes));
      }
      return new Ending(process.exitValue(), Yaml.text(out), Yaml.text(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  private static boolean ended(Process process, int minutes) throws IOException {
    try {
      return process.waitFor(minutes, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
