package dev.nook.driver.soak;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The resources of a process that can leak.
record Holdings(int descriptors, int threads, long heapKibibytes) {
  private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");
  private static final int DESCRIPTORS = 4;

  /// How many more threads are allowed: idle ones that served calls end after a while.
  private static final int THREADS = 12;

  private static final long HEAP_KIBIBYTES = 6 << 10;

  /// Measures a JVM after a garbage collection.
  static Holdings of(long pid) throws IOException, InterruptedException {
    String _ = output(tool("jcmd"), Long.toString(pid), "GC.run");
    Matcher used = USED.matcher(output(tool("jcmd"), Long.toString(pid), "GC.heap_info"));
    long kibibytes = 0;
    while (used.find()) {
      kibibytes += Long.parseLong(used.group(1));
    }
    Path proc = Path.of("/proc", Long.toString(pid));
    return new Holdings(count(proc.resolve("fd")), count(proc.resolve("task")), kibibytes);
  }

  /// Returns the path of a program of the running JDK.
  static String tool(String name) {
    return Path.of(System.getProperty("java.home"), "bin", name).toString();
  }

  private static int count(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return (int) entries.count();
    }
  }

  private static String output(String... command) throws IOException, InterruptedException {
    Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (tool.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + text);
    }
    return text;
  }

  /// Whether these are the resources of a process that has just started, or slightly more.
  boolean isLike(Holdings fresh) {
    return descriptors <= fresh.descriptors + DESCRIPTORS
        && threads <= fresh.threads + THREADS
        && heapKibibytes <= fresh.heapKibibytes + HEAP_KIBIBYTES;
  }

  @Override
  public String toString() {
    return "%d descriptors, %d threads, %d KiB of heap"
        .formatted(descriptors, threads, heapKibibytes);
  }
}
