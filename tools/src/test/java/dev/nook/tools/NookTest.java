package dev.nook.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NookTest {
  private final StringWriter out = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"serve", "quickstart", "bench", "bench driver", "bench volumes"})
  void whatServesAndWhatTriesItOutIsOneProgram(String command) {
    assertThat(run(command + " --help")).isZero();
    assertThat(out.toString()).startsWith("Usage: nook " + command);
    assertThat(run(command + " --version")).isZero();
    assertThat(out.toString()).contains("nook development");
  }

  private int run(String line) {
    return Nook.commandLine(Map.of()).setOut(new PrintWriter(out, true)).execute(line.split(" "));
  }
}
