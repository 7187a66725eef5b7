package dev.nook.linux.repair;

import dev.nook.linux.process.Output;
import dev.nook.linux.repair.Repair.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Mends an XFS with [xfs_repair(8)](https://man7.org/linux/man-pages/man8/xfs_repair.8.html). It
/// exits with 0 whatever it has lost, so what was wrong is read from its output, phase by phase. A
/// dirty log is never discarded (`-L`).
final class XfsRepair {
  private static final String TOOL = "xfs_repair";

  /// Its message about a dirty log: with -n it goes on without the log, otherwise it stops.
  private static final String DIRTY_LOG = "valuable metadata changes in a log";

  private static final int LOG_DIRTY = 2;

  private XfsRepair() {}

  static Repair mend(CagedImage image) throws IOException {
    Output seen = run(image, "-n");
    if (all(seen).contains(DIRTY_LOG)) {
      return new Repair(Outcome.LOG_DIRTY, List.of(), Said.of(seen));
    }
    if (Said.byALimit(seen)) {
      return new Repair(Outcome.STOPPED, List.of(), Said.of(seen));
    }
    XfsPhases found = XfsPhases.of(all(seen));
    return seen.exitCode() == 0 && found.isEnded() && found.problems().isEmpty()
        ? new Repair(Outcome.CLEAN, List.of(), Said.of(seen))
        : mendDamaged(image);
  }

  private static Repair mendDamaged(CagedImage image) throws IOException {
    Output said = run(image);
    XfsPhases mended = XfsPhases.of(all(said));
    if (said.exitCode() == LOG_DIRTY) {
      return new Repair(Outcome.LOG_DIRTY, mended.problems(), Said.of(said));
    }
    if (Said.byALimit(said)) {
      return new Repair(Outcome.STOPPED, mended.problems(), Said.of(said));
    }
    if (said.exitCode() != 0 || !mended.isEnded()) {
      return new Repair(Outcome.BEYOND_REPAIR, mended.problems(), Said.of(said));
    }
    Output again = run(image, "-n");
    boolean sound = again.exitCode() == 0 && XfsPhases.of(all(again)).isEnded();
    return new Repair(
        sound
            ? Outcome.of(mended.problems())
            : Said.byALimit(again) ? Outcome.STOPPED : Outcome.BEYOND_REPAIR,
        mended.problems(),
        Said.of(sound ? said : again));
  }

  /// Runs it without prefetching, which takes threads and memory.
  private static Output run(CagedImage image, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-f", "-P"));
    arguments.addAll(List.of(options));
    arguments.add(CagedImage.NAME);
    return image.run(TOOL, arguments);
  }

  private static String all(Output output) {
    return output.err() + "\n" + output.out();
  }
}
