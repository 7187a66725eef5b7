package dev.nook.driver.volume;

import dev.nook.driver.cli.Printable;
import dev.nook.driver.cli.Size;
import java.io.PrintWriter;
import java.util.List;
import nook.v1.Nook.Findings;
import nook.v1.Nook.Kept;
import nook.v1.Nook.Problem;

/// Prints what was found in a volume's filesystem. A checker's output may quote a tenant's text, so
/// control characters are removed from it.
final class Report {
  /// The most problems of a kind that are printed.
  private static final int MOST = 50;

  private final PrintWriter out;

  Report(PrintWriter out) {
    this.out = out;
  }

  void print(Findings findings) {
    out.println(
        switch (findings.getOutcome()) {
          case WELL ->
              "The filesystem is sound: it is not marked in error, and nothing wrong was found.";
          case HARMLESS -> "A repair costs nothing: no file, name or content is lost.";
          case MAY_LOSE -> "A repair may cost files, their names or their content:";
          case BEYOND_REPAIR -> "The filesystem's checker cannot repair it.";
          case STOPPED -> "The filesystem's checker was stopped: it took too much time or memory.";
          case OUTCOME_UNSPECIFIED, UNRECOGNIZED ->
              "The driver's answer is unknown to this command; use the command of the driver's release.";
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
