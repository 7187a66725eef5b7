package dev.nook.linux.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One run of an installed tool. The tool gets the arguments as they are, without a shell.
///
/// @param tool a bare name such as `mkfs.ext4`
/// @param deadline the time after which the tool is killed
/// @param accepted exit codes that are not failures; e2fsck has several
/// @param surroundings where the tool is looked up, and what it sees of the caller's environment
public record Command(
    String tool,
    List<String> arguments,
    Duration deadline,
    Set<Integer> accepted,
    Surroundings surroundings) {
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  /// The surroundings of a tool.
  public enum Surroundings {
    /// Fixed directories and an empty environment: a tool of this host, which a driver runs as
    /// root.
    HOST,
    /// The caller's PATH and environment, in which kubectl finds its cluster.
    CALLER
  }

  public Command {
    if (tool.isEmpty() || tool.indexOf('/') >= 0) {
      throw new IllegalArgumentException("a tool is a bare name, not a path: " + tool);
    }
    arguments = List.copyOf(arguments);
    accepted = Set.copyOf(accepted);
  }

  /// Returns a command that may take two minutes and must exit with 0.
  public static Command of(String tool, String... arguments) {
    return new Command(tool, List.of(arguments), TWO_MINUTES, Set.of(0), Surroundings.HOST);
  }

  public Command with(String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return new Command(tool, all, deadline, accepted, surroundings);
  }

  public Command within(Duration longest) {
    return new Command(tool, arguments, longest, accepted, surroundings);
  }

  public Command accepting(Integer... exitCodes) {
    return new Command(tool, arguments, deadline, Set.of(exitCodes), surroundings);
  }

  /// Returns the same command in the caller's surroundings, whose output is kept up to 16 MiB.
  public Command asCaller() {
    return new Command(tool, arguments, deadline, accepted, Surroundings.CALLER);
  }

  /// Returns the tool's name only, so that arguments stay out of logs and messages.
  @Override
  public String toString() {
    return tool;
  }
}
