package dev.nook.linux.repair;

import dev.nook.linux.repair.Repair.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Parses e2fsck's log of problems ([e2fsck.conf(5)](
/// https://man7.org/linux/man-pages/man5/e2fsck.conf.5.html), `problem_log_filename`), line by
/// line: `<problem code="0x020003" answer="1" fixed="1" ino="2" .../>`.
final class ProblemLog implements Consumer<String> {
  private static final Pattern PROBLEM =
      Pattern.compile("<problem code=\"(0x[0-9a-f]{6})\"(?: answer=\"-?\\d+\")?(.*)");
  private static final Pattern INODE = Pattern.compile(" (ino|ino2|dir)=\"(\\d+)\"");

  private final List<Problem> problems = new ArrayList<>();
  private boolean loses;
  private boolean begun;
  private boolean finished;

  @Override
  public synchronized void accept(String line) {
    begun |= line.startsWith("<problem_log ");
    finished |= line.equals("</problem_log>");
    Matcher problem = PROBLEM.matcher(line);
    if (problem.lookingAt()) {
      add(problem.group(1), problem.group(2));
    }
  }

  private void add(String code, String details) {
    boolean mayLose = E2fsckProblem.mayLose(code);
    // Beyond the limit, one more is kept if it may lose something.
    if (problems.size() < Repair.MOST_PROBLEMS || (mayLose && !loses)) {
      String where =
          INODE
              .matcher(details)
              .results()
              .map(each -> "inode " + each.group(2))
              .distinct()
              .reduce("", (a, b) -> a + ", " + b);
      problems.add(new Problem(code, E2fsckProblem.describe(code) + where, mayLose));
    }
    loses |= mayLose;
  }

  /// Whether the log was opened.
  synchronized boolean begun() {
    return begun;
  }

  /// Whether e2fsck logged its end.
  synchronized boolean finished() {
    return finished;
  }

  synchronized List<Problem> problems() {
    return List.copyOf(problems);
  }
}
