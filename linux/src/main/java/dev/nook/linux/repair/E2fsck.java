package dev.nook.linux.repair;

import dev.nook.linux.process.Output;
import dev.nook.linux.repair.Repair.Outcome;
import dev.nook.linux.repair.Repair.Problem;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Mends an ext4 with [e2fsck(8)](https://man7.org/linux/man-pages/man8/e2fsck.8.html). What was
/// wrong is read from its problem log, and the filesystem is sound when one more run finds nothing:
/// e2fsck exits with 1, "errors were corrected", even where files were lost.
final class E2fsck {
  private static final String TOOL = "e2fsck";
  private static final int CORRECTED = 1;
  private static final int CRASHED = 8;

  private final CagedImage image;
  private final Set<Problem> problems = new LinkedHashSet<>();

  private E2fsck(CagedImage image) {
    this.image = image;
  }

  /// One run and its log.
  private record Run(Output output, ProblemLog log) {
    boolean isEnded() {
      return log.finished() && (output.exitCode() & ~CORRECTED) == 0;
    }

    boolean hasFoundNothing() {
      return log.finished() && output.exitCode() == 0 && log.problems().isEmpty();
    }

    /// Whether it crashed over its log. Versions up to at least 1.47.4 crash when they log that
    /// lost+found is missing, because fix_problem gets no context there.
    boolean hasCrashed() {
      return log.begun() && !log.finished() && output.exitCode() == CRASHED;
    }
  }

  static Repair mend(CagedImage image) throws IOException {
    return new E2fsck(image).mend();
  }

  private Repair mend() throws IOException {
    Run logged = run("-y");
    Output said = logged.output();
    boolean ended = logged.isEnded();
    if (logged.hasCrashed() && !Said.byALimit(said)) {
      run("-n");
      said = image.run(TOOL, List.of("-f", "-y", CagedImage.NAME));
      ended = (said.exitCode() & ~CORRECTED) == 0;
    }
    if (Said.byALimit(said)) {
      return new Repair(Outcome.STOPPED, found(), Said.of(said));
    }
    if (!ended) {
      return new Repair(Outcome.BEYOND_REPAIR, found(), Said.of(said));
    }
    return verified(said);
  }

  private Repair verified(Output said) throws IOException {
    ProblemLog log = new ProblemLog();
    Run again = new Run(image.run(TOOL, List.of("-f", "-n", CagedImage.NAME), log), log);
    if (again.hasFoundNothing()) {
      return new Repair(Outcome.of(problems), found(), Said.of(said));
    }
    Outcome outcome = Said.byALimit(again.output()) ? Outcome.STOPPED : Outcome.BEYOND_REPAIR;
    return new Repair(outcome, found(), Said.of(again.output()));
  }

  private List<Problem> found() {
    return List.copyOf(problems);
  }

  private Run run(String answer) throws IOException {
    ProblemLog log = new ProblemLog();
    Output output = image.run(TOOL, List.of("-f", answer, CagedImage.NAME), log);
    if (!log.begun() && (output.exitCode() & ~CORRECTED) == 0) {
      throw new IOException("e2fsck did not log what it did");
    }
    problems.addAll(log.problems());
    return new Run(output, log);
  }
}
