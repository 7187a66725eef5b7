package dev.nook.linux.process;

import dev.nook.linux.process.Command.Surroundings;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// Runs the few tools that Nook needs. A child gets an absolute program path, an argument array, no
/// input and a deadline; in the host's surroundings its environment has only the C locale and a
/// fixed PATH.
public final class Processes {
  private static final List<String> DIRECTORIES = List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin");
  private static final Map<String, String> ENVIRONMENT =
      Map.of("LC_ALL", "C", "PATH", String.join(":", DIRECTORIES));
  private static final int LARGE = 16 << 20;
  private static final Duration DEATH = Duration.ofSeconds(5);

  private Processes() {}

  /// A tool failed. The message has the end of its stderr, but not its arguments.
  public static final class Failed extends IOException {
    private final String tool;
    private final int exitCode;

    Failed(String tool, int exitCode, String lastLines) {
      super("%s exited with %d: %s".formatted(tool, exitCode, lastLines));
      this.tool = tool;
      this.exitCode = exitCode;
    }

    public String tool() {
      return tool;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  /// A tool was killed because its deadline passed.
  public static final class TimedOut extends IOException {
    TimedOut(String tool, Duration deadline) {
      super(
          "%s was killed because it was not done after %d ms".formatted(tool, deadline.toMillis()));
    }
  }

  /// A tool is not installed.
  public static final class Missing extends IOException {
    Missing(String tool) {
      super(
          "%s is not installed: it comes with the Debian package %s"
              .formatted(tool, DebianPackage.of(tool)));
    }
  }

  /// Runs a command to its end. Throws [Failed], [TimedOut] or [Missing]; an interrupt kills the
  /// child and throws [InterruptedIOException].
  public static Output run(Command command) throws IOException {
    return finish(command, start(command));
  }

  /// Waits for the end of a child that was just started.
  static Output finish(Command command, Process child) throws IOException {
    long deadline = System.nanoTime() + command.deadline().toNanos();
    boolean caller = command.surroundings() == Surroundings.CALLER;
    int limit = caller ? LARGE : Capture.LIMIT;
    Capture out = new Capture(command + " stdout", child.getInputStream(), limit);
    Capture err = new Capture(command + " stderr", child.getErrorStream(), Capture.LIMIT);
    try {
      if (!child.waitFor(left(deadline).toNanos(), TimeUnit.NANOSECONDS)
          || !out.ended(left(deadline))
          || !err.ended(left(deadline))) {
        throw new TimedOut(command.tool(), command.deadline());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(command + " was killed: the thread was interrupted");
    } finally {
      kill(child);
    }
    if (!command.accepted().contains(child.exitValue())) {
      throw new Failed(command.tool(), child.exitValue(), LastLines.of(err.text()));
    }
    if (caller && out.overflowed()) {
      throw new IOException("%s wrote more than %d bytes".formatted(command.tool(), limit));
    }
    return new Output(child.exitValue(), out.text(), err.text());
  }

  /// Whether a tool is installed.
  public static boolean installed(String tool) {
    return DIRECTORIES.stream().anyMatch(directory -> executable(Path.of(directory, tool)));
  }

  /// Returns the path of the program that a command of this name runs.
  public static Path program(String tool) throws Missing {
    return find(Command.of(tool));
  }

  private static Process start(Command command) throws IOException {
    List<String> argv = new ArrayList<>();
    argv.add(find(command).toString());
    argv.addAll(command.arguments());
    ProcessBuilder builder = new ProcessBuilder(argv);
    if (command.surroundings() == Surroundings.HOST) {
      builder.environment().clear();
      builder.environment().putAll(ENVIRONMENT);
      builder.directory(new File("/"));
    }
    builder.redirectInput(new File("/dev/null"));
    return builder.start();
  }

  private static Path find(Command command) throws Missing {
    for (String directory : directories(command.surroundings())) {
      Path program = Path.of(directory, command.tool());
      if (program.isAbsolute() && executable(program)) {
        return program;
      }
    }
    throw new Missing(command.tool());
  }

  private static List<String> directories(Surroundings surroundings) {
    return switch (surroundings) {
      case HOST -> DIRECTORIES;
      case CALLER -> List.of(System.getenv().getOrDefault("PATH", "").split(":"));
    };
  }

  private static boolean executable(Path program) {
    return Files.isRegularFile(program) && Files.isExecutable(program);
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
  }

  /// Kills a running child with all its descendants, and waits a moment for its end: one that waits
  /// in the kernel ends when the kernel lets it.
  private static void kill(Process child) {
    if (!child.isAlive()) {
      return;
    }
    List<ProcessHandle> descendants = child.descendants().toList();
    child.destroyForcibly();
    descendants.forEach(ProcessHandle::destroyForcibly);
    try {
      child.waitFor(DEATH.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
