package dev.nook.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.cli.Exit;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "serve",
        "doctor",
        "volumes",
        "volume",
        "volume check",
        "volume repair",
        "volume restore",
        "volume forget",
        "pool",
        "pool list",
        "pool adopt",
        "pool recover",
        "cluster",
        "cluster lost"
      })
  void everyCommandHasHelpAndAVersion(String command) {
    assertThat(run((command + " --help").strip())).isZero();
    assertThat(out.toString()).startsWith("Usage: nook" + (command.isEmpty() ? "" : " " + command));
    assertThat(run((command + " --version").strip())).isZero();
    assertThat(out.toString()).contains("nook development");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void serveIsTheSameWithoutTheOtherCommands() {
    assertThat(run("serve --help")).isZero();
    var alone = new StringWriter();

    int code =
        Main.serveAlone(Map.of())
            .setOut(new PrintWriter(alone, true))
            .setErr(new PrintWriter(err, true))
            .execute("serve", "--help");

    assertThat(code).isZero();
    assertThat(alone).hasToString(out.toString());
    assertThat(Main.serveAlone(Map.of()).setErr(new PrintWriter(err)).execute("serve", "doctor"))
        .isEqualTo(Exit.USAGE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "pool",
        "serve --nonsense",
        "serve --pool default=/srv/nook",
        "volumes",
        "volume",
        "volume check",
        "pool adopt default --node-id n --pool other=/srv/nook"
      })
  void aWrongCommandLineEndsWith64AndSaysWhereHelpIs(String line) {
    assertThat(run(line)).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).startsWith("nook: ").contains("--help");
  }

  @Test
  void flagsThatCannotBeUsedTogetherEndWith78() {
    assertThat(run("serve --node-id n --pool a=/srv/a --pool b=/srv/a/b")).isEqualTo(Exit.CONFIG);
    assertThat(err.toString()).startsWith("nook: --pool: b (/srv/a/b) is inside a (/srv/a)");
  }

  @Test
  void aPoolThatIsNotThereIsSaidToBeAbsent(@TempDir Path folder) {
    String flag = "--pool default=" + folder.resolve("absent");

    assertThat(run("volumes " + flag)).isEqualTo(Exit.FAILED);
    assertThat(err.toString()).startsWith("nook: pool default: ");
    assertThat(run("pool list " + flag)).isEqualTo(Exit.FAILED);
    assertThat(out.toString())
        .contains(
            "VOLUMES", "0 of 5000", "0 of 10000", "TEMPLATES", "closed: there is no directory");
  }

  @Test
  void everyFailureEndsWithItsOwnCode() {
    CommandLine line = line();

    assertThat(Failures.report(new PoolHeld(PoolName.DEFAULT, "process 7"), line))
        .isEqualTo(Exit.HELD);
    assertThat(Failures.report(new IOException("no"), line)).isEqualTo(Exit.HOST);
    assertThat(Failures.report(new StorageException.NotReady(new VolumeId("v"), "no"), line))
        .isEqualTo(Exit.FAILED);
    assertThat(err.toString())
        .isEqualTo("nook: pool default is held by process 7\nnook: no\nnook: v: no\n");
  }

  private int run(String line) {
    return line().execute(line.isEmpty() ? new String[0] : line.split(" "));
  }

  private CommandLine line() {
    return Main.commandLine(Map.of())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true));
  }
}
