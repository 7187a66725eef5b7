package dev.nook.linux.repair;

import java.util.Collection;
import java.util.List;

/// What a filesystem's checker found in an image, and what it made of it.
///
/// @param problems in the order in which they were found, of each run of the tool at most
///   [#MOST_PROBLEMS] and one that may lose something
/// @param output the end of what the tool said, for people; its words may be an attacker's
public record Repair(Outcome outcome, List<Problem> problems, String output) {
  /// A filesystem that is beyond sense has millions.
  public static final int MOST_PROBLEMS = 1000;

  /// How it ended. Never read from an exit code alone: that of e2fsck has been seen to say "mended"
  /// where files were lost.
  public enum Outcome {
    /// No problem was found. A mark that it must be checked, and what it counted of errors, are
    /// forgotten; a journal was replayed.
    CLEAN,
    /// It is sound again, and nothing was wrong but orphans and counts, as after any power cut.
    MENDED,
    /// It is sound again, and what was wrong may have cost files, their names or their content.
    MENDED_WITH_LOSS,
    /// It is not sound: the tool gave up, or a second look still found something.
    BEYOND_REPAIR,
    /// The log of an XFS has to be replayed by a mount first; nothing was written.
    LOG_DIRTY,
    /// A limit of time or memory ended the tool, and the image is in no known state.
    STOPPED;

    /// The outcome of mending these.
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

  /// One thing that was wrong.
  ///
  /// @param code what the tool calls it: a problem code of e2fsck such as `0x010001`, or the phase
  ///   of xfs_repair such as `phase 3`
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

  /// The problems whose mending can cost something.
  public List<Problem> losses() {
    return problems.stream().filter(Problem::mayLose).toList();
  }
}
