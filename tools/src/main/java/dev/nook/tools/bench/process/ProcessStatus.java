package dev.nook.tools.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the kernel says of a process, in `/proc` (proc_pid_schedstat, proc_pid_task).
record ProcessStatus(long pid) {
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
}
