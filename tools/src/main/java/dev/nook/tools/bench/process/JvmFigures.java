package dev.nook.tools.bench.process;

import java.io.IOException;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// What a JVM counts of itself, in bytes, beside what the kernel counts.
///
/// @param heapUsed live objects, and dead ones since the last collection
/// @param heapCommitted what the heap has taken of the system
/// @param malloc what the JVM holds of malloc's memory; the rest is free, or a library's
/// @param direct the part of it that is direct buffers: of NIO, and Netty's arenas where it has any
record JvmFigures(
    long threads,
    long heapUsed,
    long heapCommitted,
    long metaspace,
    long code,
    long malloc,
    long direct) {
  static final List<String> OPTIONS =
      List.of(JvmCommands.OPTION, "-XX:NativeMemoryTracking=summary");

  private static final Pattern GENERATION = Pattern.compile("total (\\d+)K, used (\\d+)K");
  private static final Pattern METASPACE = Pattern.compile("Metaspace +used (\\d+)K");
  private static final Pattern CODE = Pattern.compile("size=\\d+Kb used=(\\d+)Kb");
  private static final Pattern MALLOC = Pattern.compile("malloc: (\\d+)KB");
  private static final Pattern DIRECT = Pattern.compile("malloc=(\\d+)KB (?:tag|type)=Other");
  private static final Pattern THREADS = Pattern.compile("threads #(\\d+)");

  static JvmFigures of(JvmCommands jvm) throws IOException {
    return of(
        jvm.answer("GC.heap_info"),
        jvm.answer("Compiler.codecache"),
        jvm.answer("VM.native_memory summary"));
  }

  static JvmFigures of(String heap, String code, String tracked) {
    return new JvmFigures(
        sum(THREADS, 1, tracked),
        kibibytes(GENERATION, 2, heap),
        kibibytes(GENERATION, 1, heap),
        kibibytes(METASPACE, 1, heap),
        kibibytes(CODE, 1, code),
        kibibytes(MALLOC, 1, tracked),
        kibibytes(DIRECT, 1, tracked));
  }

  private static long kibibytes(Pattern pattern, int group, String text) {
    return sum(pattern, group, text) << 10;
  }

  private static long sum(Pattern pattern, int group, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(group))
        .mapToLong(Long::parseLong)
        .sum();
  }
}
