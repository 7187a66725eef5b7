package dev.nook.driver.volume;

import dev.nook.driver.cli.Printable;
import dev.nook.driver.cli.Size;
import java.io.PrintWriter;
import java.util.List;
import nook.v1.Nook.Findings;
import nook.v1.Nook.Kept;
import nook.v1.Nook.Problem;

/// What was found in a volume's filesystem, in words. What the checker says may hold a tenant's
/// words, so nothing of it is printed that could steer a terminal.
final class Report {
  /// So many problems of a kind are printed.
  private static final int MOST = 50;

  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  void print(Findings findings) {
    out.println(
        switch (findings.getOutcome()) {
          case WELL -> "It is well: nothing is marked, and nothing wrong was found.";
          case HARMLESS -> "A repair costs nothing: no file, no name, no content.";
          case MAY_LOSE -> "A repair may cost files, their names or their content:";
          case BEYOND_REPAIR -> "Its checker cannot mend it.";
          case STOPPED -> "Its checker did not come to an end: it took too much time or memory.";
          case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
              "The driver says what this command does not know; use the command of its release.";
        });
    List<Problem> problems = findings.getProblemsList();
    problems("may cost files", problems.stream().filter(Problem::getMayLose).toList());
    problems("harmless", problems.stream().filter(problem -> !problem.getMayLose()).toList());
    if (problems.isEmpty() && !findings.getOutput().isBlank()) {
      findings.getOutput().lines().forEach(line -> out.println("  " + Printable.text(line)));
    }
    out.flush();
  }

  private void problems(String kind, List<Problem> problems) {
    problems.stream()
        .limit(MOST)
        .forEach(problem ->
            out.println(
                "  %s  %s  %s"
                    .formatted(
                        kind,
                        Printable.text(problem.getCode()),
                        Printable.text(problem.getDescription()))));
    if (problems.size() > MOST) {
      out.println("  %s  and %d more".formatted(kind, problems.size() - MOST));
    }
  }

  static String of(Kept kept) {
    return "%s (%s)".formatted(kept.getSnapshotId(), Size.text(kept.getChargedBytes()));
  }
}
