package dev.nook.linux.repair;

import dev.nook.linux.process.Output;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reads a checker's output, and whether a limit of its cage ended it.
final class Said {
  /// 128 and the signals KILL, XCPU and XFSZ. SIGKILL comes from the limit on processor time and
  /// from a control group without memory.
  private static final Set<Integer> ENDED_BY_A_LIMIT = Set.of(128 + 9, 128 + 24, 128 + 25);

  private static final Set<String> NO_MEMORY =
      Set.of(
          "memory allocation failed",
          "cannot allocate memory",
          "malloc failed",
          "out of memory",
          "not enough ram",
          "insufficient memory",
          "while allocating",
          "could not allocate",
          "required memory",
          "memory limit",
          "memalign failed",
          "calloc failed",
          "realloc failed");

  private static final int LONGEST = 8 << 10;

  private Said() {}

  static boolean byALimit(Output ended) {
    String all = (ended.out() + ended.err()).toLowerCase(Locale.ROOT);
    return ENDED_BY_A_LIMIT.contains(ended.exitCode())
        || (ended.exitCode() != 0 && NO_MEMORY.stream().anyMatch(all::contains));
  }

  /// Returns the end of the output with printable characters only, because a tool repeats names
  /// that a tenant chose.
  static String of(Output ended) {
    String all =
        Stream.of(ended.out(), ended.err())
            .flatMap(String::lines)
            .map(Said::printable)
            .filter(line -> !line.isEmpty())
            .collect(Collectors.joining("\n"));
    return all.length() <= LONGEST ? all : "…" + all.substring(all.length() - LONGEST);
  }

  static String printable(String line) {
    return line.replaceAll("[^\\x20-\\x7e]", "?").strip();
  }
}
