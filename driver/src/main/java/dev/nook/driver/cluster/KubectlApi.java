package dev.nook.driver.cluster;

import dev.nook.driver.cli.Json;
import dev.nook.linux.process.Command;
import dev.nook.linux.process.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads the API through the operator's kubectl, with the operator's rights.
///
/// @param flags kubectl flags before every command; none means its current context
record KubectlApi(List<String> flags) implements ClusterApi {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public Optional<JsonNode> get(String path) throws IOException {
    var command =
        Command.of("kubectl", flags.toArray(String[]::new))
            .with("get", "--raw", path)
            .asCaller()
            .within(PATIENCE);
    try {
      return Optional.of(Json.read(Processes.run(command).out()));
    } catch (Processes.Missing e) {
      throw new IOException("this is not a pod, and kubectl is not on PATH: install it", e);
    } catch (Processes.Failed e) {
      String said = String.valueOf(e.getMessage());
      if (said.contains("(NotFound)")) {
        return Optional.empty();
      }
      if (said.contains("(Forbidden)")) {
        throw new Forbidden(path, said);
      }
      throw e;
    }
  }

  /// Returns the namespace in which the manifests install Nook.
  @Override
  public String namespace() {
    return "nook-system";
  }
}
