package dev.nook.linux.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessesTest {
  @TempDir Path directory;

  @Test
  void aFailureNamesTheToolItsExitCodeAndItsLastWords() {
    Path absent = directory.resolve("secret-argument");

    Processes.Failed failed =
        catchThrowableOfType(
            Processes.Failed.class,
            () ->
                Processes.run(Command.of("mkfs.ext4", "-E", "nonsense=token", absent.toString())));

    assertThat(failed.tool()).isEqualTo("mkfs.ext4");
    assertThat(failed.exitCode()).isNotZero();
    assertThat(failed).hasMessageStartingWith("mkfs.ext4 exited with " + failed.exitCode() + ": ");
  }

  @Test
  void aFailureThatSaysNothingSaysSo() {
    assertThatThrownBy(() -> Processes.run(Command.of("false", "hidden-argument")))
        .isInstanceOf(Processes.Failed.class)
        .hasMessage("false exited with 1: it printed nothing");
  }

  @Test
  void aMissingToolNamesItsPackage() {
    assertThatThrownBy(() -> Processes.run(Command.of("xfs_nonsense")))
        .isInstanceOf(Processes.Missing.class)
        .hasMessage("xfs_nonsense is not installed: it comes with the Debian package xfs_nonsense");
    assertThat(new Processes.Missing("mkfs.btrfs")).hasMessageEndingWith("package btrfs-progs");
    assertThat(Processes.installed("xfs_nonsense")).isFalse();
    assertThat(Processes.installed("cp")).isTrue();
  }

  @Test
  void aToolIsNeverNamedByAPath() {
    assertThatThrownBy(() -> Command.of("../../tmp/tool"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aDeadlineKillsTheChildAndItsChildren() {
    String unique = "31.0" + ProcessHandle.current().pid();
    Command hangs = Command.of("timeout", unique, "sleep", unique).within(Duration.ofMillis(300));

    assertThatThrownBy(() -> Processes.run(hangs))
        .isInstanceOf(Processes.TimedOut.class)
        .hasMessage("timeout was killed because it was not done after 300 ms");

    assertThat(commandLines()).noneMatch(line -> line.contains(unique));
  }

  @Test
  void anInterruptKillsTheChild() {
    String unique = "32.0" + ProcessHandle.current().pid();
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> Processes.run(Command.of("sleep", unique)))
        .isInstanceOf(InterruptedIOException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(commandLines()).noneMatch(line -> line.contains(unique));
  }

  private static List<String> commandLines() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(ProcessHandle::isAlive)
          .flatMap(process -> process.info().commandLine().stream())
          .toList();
    }
  }

  @Test
  void aFloodIsReadToItsEndAndItsLastPartKept() throws Exception {
    Output output = Processes.run(Command.of("seq", "1", "300000"));

    assertThat(output.out()).hasSize(Capture.LIMIT).endsWith("\n299999\n300000\n");
  }

  @Test
  void aToolOfTheCallersSeesTheirEnvironmentAndItsOutputIsKeptWholeOrRefused() throws Exception {
    String environment = Processes.run(Command.of("env").asCaller()).out();
    String count = Processes.run(Command.of("seq", "1", "300000").asCaller()).out();

    assertThat(environment).contains("PATH=" + System.getenv("PATH"));
    assertThat(count).startsWith("1\n2\n").endsWith("\n300000\n");
    assertThatThrownBy(() -> Processes.run(Command.of("seq", "1", "3000000").asCaller()))
        .isInstanceOf(IOException.class)
        .hasMessage("seq wrote more than 16777216 bytes");
  }

  @Test
  void argumentsReachTheToolAsTheyAre() throws Exception {
    String hostile = "; touch x $(id) `id` 'a\" *\n-rf";

    Output output = Processes.run(Command.of("printf", "%s|", hostile, "", "ä"));

    assertThat(output).isEqualTo(new Output(0, hostile + "||ä|", ""));
  }

  @Test
  void theEnvironmentIsFixed() throws Exception {
    assertThat(Processes.run(Command.of("env")).out().lines())
        .containsExactlyInAnyOrder("LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  }

  @Test
  void aToolThatReadsItsInputFindsNone() throws Exception {
    assertThat(Processes.run(Command.of("cat")).out()).isEmpty();
  }

  @Test
  void anAcceptedExitCodeIsNoFailure() throws Exception {
    assertThat(Processes.run(Command.of("false").accepting(0, 1)).exitCode()).isEqualTo(1);
  }

  @Test
  void aFilesystemIsMadeInAFile() throws Exception {
    Path image = directory.resolve("-image with spaces");
    Files.createFile(image);

    Processes.run(Command.of("mkfs.ext4", "-q", "-F", "--").with(image.toString(), "32M"));

    assertThat(image).hasSize(32 << 20);
  }

  @Test
  void lastWordsAreShortAndPrintable() {
    String noise = "x".repeat(2_000);

    assertThat(LastLines.of("1\n2\n3\n\n4\r\n\u001b[31m5\t6\n")).isEqualTo("2; 3; 4; [31m5 6");
    assertThat(LastLines.of(noise)).hasSize(513).startsWith("…");
  }
}
