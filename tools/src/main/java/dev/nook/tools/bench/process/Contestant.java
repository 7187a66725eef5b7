package dev.nook.tools.bench.process;

import dev.nook.tools.bench.FirstAnswer;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A kind of process whose start is timed.
interface Contestant {
  long END_SECONDS = 30;

  /// One start.
  ///
  /// @param wallNanos from before the process is made until it has answered
  /// @param cpuNanos the processor time that it had taken by then
  record Start(long wallNanos, long cpuNanos) {}

  Start start() throws IOException, InterruptedException;

  /// A process that has answered when it has printed a line.
  static Contestant printing(Jvm jvm, String main) {
    return () -> {
      long begun = System.nanoTime();
      Process process = jvm.start(main);
      try (BufferedReader said = process.inputReader()) {
        if (said.readLine() == null) {
          throw new IOException(main + " ended without a word");
        }
        return measured(process, System.nanoTime() - begun);
      } finally {
        end(process);
      }
    };
  }

  /// A process that has answered when it says over its socket that it is ready.
  static Contestant serving(Jvm jvm, String main, List<String> arguments, DriverFolder folder) {
    var first = new FirstAnswer(folder.socket());
    return () -> {
      Instant begun = Instant.now();
      Process process = jvm.start(main, arguments, folder.log());
      try {
        long answered = first.awaitOf(process, folder.log());
        return measured(
            process, 1000 * (answered - ChronoUnit.MICROS.between(Instant.EPOCH, begun)));
      } finally {
        end(process);
        first.awaitEnd();
      }
    };
  }

  private static Start measured(Process process, long wallNanos) throws IOException {
    return new Start(wallNanos, new ProcessStatus(process.pid()).cpuNanos());
  }

  /// Stops a process as a pod is stopped.
  static void end(Process process) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
      var _ = process.destroyForcibly().waitFor();
    }
  }
}
