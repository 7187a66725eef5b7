package dev.nook.linux.repair;

import dev.nook.linux.repair.Repair.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses the output of xfs_repair: every line that does not announce a step of its seven phases is
/// a problem.
///
/// @param isEnded whether it came to its last phase
record XfsPhases(List<Problem> problems, boolean isEnded) {
  private static final Pattern PHASE = Pattern.compile("Phase ([1-7]) - .*");
  private static final Pattern STEP = Pattern.compile("\\s+- .*");

  /// Phase 2 reads the headers of allocation groups and free space, phase 5 rebuilds them from the
  /// inodes, and phase 7 counts links. Files are lost in the other phases.
  private static final Set<String> REBUILDING = Set.of("2", "5", "7");

  /// Its messages about a sound image.
  private static final Set<String> NOTHING =
      Set.of(
          "",
          "done",
          "Cannot get host filesystem geometry.",
          "Repair may fail if there is a sector size mismatch between",
          "the image and the host filesystem.",
          "No modify flag set, skipping phase 5",
          "No modify flag set, skipping filesystem flush and exiting.");

  /// @param output the kept end of the output; what comes before the first phase line may belong to
  ///   any phase
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
