package dev.nook.deploy.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Programs of this host that end by themselves; one that does not is killed after ten minutes.
final class Shell {
  /// The checkout: tests run in the folder of their module.
  static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  private static final List<String> LIMIT = List.of("timeout", "--kill-after=5", "600");

  private Shell() {}

  record Ended(int code, String out, String err) {
    String orFail(List<String> command) {
      if (code != 0) {
        throw new AssertionError("%s exited with %d: %s%s".formatted(command, code, err, out));
      }
      return out;
    }
  }

  /// What the program printed; fails with what it complained about.
  static String run(String... command) {
    return end("", List.of(command)).orFail(List.of(command));
  }

  static Ended end(String input, List<String> command) {
    List<String> limited = new ArrayList<>(LIMIT);
    limited.addAll(command);
    try {
      Path in = Files.writeString(Files.createTempFile("nook-in", ""), input);
      Path err = Files.createTempFile("nook-err", "");
      try {
        Process process =
            new ProcessBuilder(limited)
                .redirectInput(in.toFile())
                .redirectError(err.toFile())
                .start();
        String out = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), out.strip(), Files.readString(err).strip());
      } finally {
        Files.delete(in);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
