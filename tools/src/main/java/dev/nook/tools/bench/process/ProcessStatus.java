package dev.nook.tools.bench.process;

import dev.nook.tools.bench.process.MemoryReading.Resident;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What the kernel says of a process, in `/proc` (proc_pid_schedstat, proc_pid_task,
/// proc_pid_smaps).
record ProcessStatus(long pid) {
  private static final Pattern SIZE = Pattern.compile("(\\w+): +(\\d+) kB");

  /// The processor time of the threads that it has now.
  long cpuNanos() throws IOException {
    long nanos = 0;
    for (Path thread : threads()) {
      try {
        String run = Files.readString(thread.resolve("schedstat"));
        nanos += Long.parseLong(run.substring(0, run.indexOf(' ')));
      } catch (NoSuchFileException _) {
        // A thread that has ended.
      }
    }
    return nanos;
  }

  List<Path> threads() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
      return threads.toList();
    }
  }

  /// A mapping of its memory.
  ///
  /// @param start its first address
  record Mapping(long start, Resident resident) {}

  /// Its mappings, in the order of their addresses (proc_pid_smaps).
  List<Mapping> mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "smaps"))) {
      return mappings(lines);
    }
  }

  static List<Mapping> mappings(Stream<String> smaps) {
    List<Mapping> mappings = new ArrayList<>();
    Map<String, Long> sizes = new HashMap<>();
    smaps.forEach(line -> {
      Matcher size = SIZE.matcher(line);
      if (size.matches()) {
        sizes.put(size.group(1), Long.parseLong(size.group(2)) << 10);
      } else if (line.startsWith("VmFlags")) { // The last line of each mapping.
        mappings.add(
            new Mapping(
                sizes.getOrDefault("start", 0L),
                new Resident(
                    sizes.getOrDefault("Rss", 0L),
                    sizes.getOrDefault("Pss", 0L),
                    sizes.getOrDefault("Anonymous", 0L))));
      } else if (line.indexOf('-') > 0) {
        sizes.put("start", Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16));
      }
    });
    return mappings;
  }
}
