package dev.nook.linux.repair;

import dev.nook.linux.repair.Repair.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What xfs_repair says, line by line: what is no step of its seven phases is a problem.
///
/// @param isEnded whether it came to its last phase
record XfsPhases(List<Problem> problems, boolean isEnded) {
  private static final Pattern PHASE = Pattern.compile("Phase ([1-7]) - .*");
  private static final Pattern STEP = Pattern.compile("\\s+- .*");

  /// In phase 2 the headers of allocation groups and free space are read, in 5 they are made anew
  /// from what the inodes say, in 7 links are counted. What is lost is lost to the others.
  private static final Set<String> REBUILDING = Set.of("2", "5", "7");

  /// What it says of an image that has nothing wrong.
  private static final Set<String> NOTHING =
      Set.of(
          "",
          "done",
          "Cannot get host filesystem geometry.",
          "Repair may fail if there is a sector size mismatch between",
          "the image and the host filesystem.",
          "No modify flag set, skipping phase 5",
          "No modify flag set, skipping filesystem flush and exiting.");

  /// @param output from its end backwards as much as was kept; what stands before the first phase
  ///   may belong to any
  static XfsPhases of(String output) {
    List<Problem> problems = new ArrayList<>();
    String phase = "1";
    boolean ended = false;
    boolean loses = false;
    for (String line : output.lines().toList()) {
      Matcher next = PHASE.matcher(line);
      if (next.matches()) {
        phase = next.group(1);
        ended |= phase.equals("7");
      } else if (!STEP.matcher(line).matches() && !NOTHING.contains(line.strip())) {
        boolean mayLose = !REBUILDING.contains(phase);
        if (problems.size() < Repair.MOST_PROBLEMS || (mayLose && !loses)) {
          problems.add(new Problem("phase " + phase, Said.printable(line), mayLose));
        }
        loses |= mayLose;
      }
    }
    return new XfsPhases(List.copyOf(problems), ended);
  }
}
