package dev.nook.linux.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One run of an installed tool: arguments as the tool gets them, with no shell between.
///
/// @param tool a bare name such as `mkfs.ext4`, looked up in fixed directories
/// @param deadline after which the tool is killed
/// @param accepted exit codes that are no failure; e2fsck has several
public record Command(
    String tool, List<String> arguments, Duration deadline, Set<Integer> accepted) {
  private static final Duration TWO_MINUTES = Duration.ofMinutes(2);

  public Command {
    if (tool.isEmpty() || tool.indexOf('/') >= 0) {
      throw new IllegalArgumentException("a tool is a bare name, not a path: " + tool);
    }
    arguments = List.copyOf(arguments);
    accepted = Set.copyOf(accepted);
  }

  /// A command that may take two minutes and must exit with 0.
  public static Command of(String tool, String... arguments) {
    return new Command(tool, List.of(arguments), TWO_MINUTES, Set.of(0));
  }

  public Command with(String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return new Command(tool, all, deadline, accepted);
  }

  public Command within(Duration longest) {
    return new Command(tool, arguments, longest, accepted);
  }

  public Command accepting(Integer... exitCodes) {
    return new Command(tool, arguments, deadline, Set.of(exitCodes));
  }

  /// The tool's name alone: arguments stay out of logs and messages.
  @Override
  public String toString() {
    return tool;
  }
}
