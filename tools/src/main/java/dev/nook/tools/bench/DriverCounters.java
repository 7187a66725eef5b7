package dev.nook.tools.bench;

import dev.nook.linux.syscall.PseudoFile;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.linux.syscall.TracepointCounter;
import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/// What the threads of a driver have done until now: system calls, processes that they started, and
/// bytes that were read of `/proc` and `/sys`.
final class DriverCounters implements AutoCloseable {
  /// A driver that has done nothing for so long has nothing more to do for the last call.
  private static final long QUIET_NANOS = 300_000;

  private static final int MOST_PAUSES = 100;

  private final TracepointCounter systemCalls;
  private final TracepointCounter processes;

  private DriverCounters(TracepointCounter systemCalls, TracepointCounter processes) {
    this.systemCalls = systemCalls;
    this.processes = processes;
  }

  /// What was counted at one moment, or between two.
  record Reading(long systemCalls, long pseudoBytes, long processes) {
    Reading since(Reading before) {
      return new Reading(
          systemCalls - before.systemCalls,
          pseudoBytes - before.pseudoBytes,
          processes - before.processes);
    }
  }

  /// Counts for the calling thread and all that descend from it.
  static DriverCounters ofThisThread() throws IOException {
    TracepointCounter systemCalls = TracepointCounter.ofSystemCalls();
    try {
      return new DriverCounters(systemCalls, TracepointCounter.ofProcesses());
    } catch (IOException e) {
      systemCalls.close();
      throw e;
    }
  }

  Reading read() throws SystemCallException {
    return new Reading(systemCalls.count(), PseudoFile.bytesRead(), processes.count());
  }

  /// As [#read], when the driver has done what it does after its answer.
  Reading whenQuiet() throws SystemCallException {
    Reading last = read();
    for (int pause = 0; pause < MOST_PAUSES; pause++) {
      LockSupport.parkNanos(QUIET_NANOS);
      Reading now = read();
      if (now.equals(last)) {
        return now;
      }
      last = now;
    }
    return last;
  }

  @Override
  public void close() throws SystemCallException {
    try (systemCalls) {
      processes.close();
    }
  }
}
