package dev.nook.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Programs of this host that end by themselves; one that does not is killed.
public final class Shell {
  /// The checkout: tests run in the folder of their module.
  public static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  private static final Duration LIMIT = Duration.ofMinutes(10);

  private Shell() {}

  /// How a program ended, and what it said.
  public record Ended(List<String> command, int code, String out, String err) {
    public String orFail() {
      if (code != 0) {
        throw new AssertionError("%s exited with %d: %s%s".formatted(command, code, err, out));
      }
      return out;
    }
  }

  /// What the program printed; fails with what it complained about.
  public static String run(String... command) {
    return end("", List.of(command)).orFail();
  }

  public static Ended end(String input, List<String> command) {
    return end(input, command, LIMIT);
  }

  static Ended end(String input, List<String> command, Duration limit) {
    List<String> limited = new ArrayList<>(List.of("timeout", "--kill-after=5"));
    limited.add(Long.toString(limit.toSeconds()));
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
        int code = process.waitFor();
        return new Ended(command, code, out.strip(), Files.readString(err).strip());
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
