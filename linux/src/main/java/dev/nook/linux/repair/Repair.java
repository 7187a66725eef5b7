package dev.nook.linux.repair;

import java.util.Collection;
import java.util.List;

/// What a filesystem's checker found in an image, and the outcome.
///
/// @param problems in the order in which they were found, of each run of the tool at most
///   [#MOST_PROBLEMS] and one that may lose something
/// @param output the end of the tool's output, for people; an attacker may have chosen its text
public record Repair(Outcome outcome, List<Problem> problems, String output) {
  /// The most problems that are kept of a run; a badly damaged filesystem has millions.
  public static final int MOST_PROBLEMS = 1000;

  /// The outcome. An exit code alone does not decide it: e2fsck's says "mended" even where files
  /// were lost.
  public enum Outcome {
    /// No problem was found. The mark that it must be checked and its counts of errors are cleared,
    /// and its journal is replayed.
    CLEAN,
    /// It is sound again, and only orphans and counts were wrong, as after any power cut.
    MENDED,
    /// It is sound again, and what was wrong may have cost files, their names or their content.
    MENDED_WITH_LOSS,
    /// It is not sound: the tool gave up, or a second run still found something.
    BEYOND_REPAIR,
    /// A mount has to replay the log of the XFS first; nothing was written.
    LOG_DIRTY,
    /// A limit of time or memory ended the tool, and the state of the image is unknown.
    STOPPED;

    /// Returns the outcome of mending these problems.
    static Outcome of(Collection<Problem> mended) {
      if (mended.isEmpty()) {
        return CLEAN;
      }
      return mended.stream().anyMatch(Problem::mayLose) ? MENDED_WITH_LOSS : MENDED;
    }

    /// Whether the filesystem in the image can be used now.
    public boolean isSound() {
      return this == CLEAN || this == MENDED || this == MENDED_WITH_LOSS;
    }
  }

  /// One problem.
  ///
  /// @param code the tool's name for it: a problem code of e2fsck such as `0x010001`, or a phase of
  ///   xfs_repair such as `phase 3`
  /// @param description one printable line, in the tool's words where it has any
  /// @param mayLose whether mending it can cost a file, its name or its content; true for what is
  ///   not known
  public record Problem(String code, String description, boolean mayLose) {
    @Override
    public String toString() {
      return code + ": " + description;
    }
  }

  public Repair {
    problems = List.copyOf(problems);
  }

  /// Returns the problems whose mending may cost files.
  public List<Problem> losses() {
    return problems.stream().filter(Problem::mayLose).toList();
  }
}
