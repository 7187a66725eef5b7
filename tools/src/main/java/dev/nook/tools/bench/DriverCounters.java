package dev.nook.tools.bench;

import dev.nook.linux.syscall.PseudoFile;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.linux.syscall.TracepointCounter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// What the threads of a driver have done until now: system calls, processes that they started,
/// syncs, and bytes that were read of `/proc` and `/sys`.
final class DriverCounters implements AutoCloseable {
  /// A driver that has done nothing for so long has nothing more to do for the last call.
  private static final long QUIET_NANOS = 300_000;

  private static final int MOST_PAUSES = 100;

  private final TracepointCounter systemCalls;
  private final TracepointCounter processes;
  private final TracepointCounter syncs;

  private DriverCounters(
      TracepointCounter systemCalls, TracepointCounter processes, TracepointCounter syncs) {
    this.systemCalls = systemCalls;
    this.processes = processes;
    this.syncs = syncs;
  }

  /// What was counted at one moment, or between two.
  record Reading(long systemCalls, long pseudoBytes, long processes, long syncs) {
    Reading since(Reading before) {
      return new Reading(
          systemCalls - before.systemCalls,
          pseudoBytes - before.pseudoBytes,
          processes - before.processes,
          syncs - before.syncs);
    }
  }

  /// Counts for the calling thread and all that descend from it.
  static DriverCounters ofThisThread() throws IOException {
    List<TracepointCounter> made = new ArrayList<>();
    try {
      made.add(TracepointCounter.ofSystemCalls());
      made.add(TracepointCounter.ofProcesses());
      made.add(TracepointCounter.ofSyncs());
      return new DriverCounters(made.get(0), made.get(1), made.get(2));
    } catch (IOException e) {
      for (TracepointCounter each : made) {
        each.close();
      }
      throw e;
    }
  }

  Reading read() throws SystemCallException {
    return new Reading(
        systemCalls.count(), PseudoFile.bytesRead(), processes.count(), syncs.count());
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
    try (systemCalls;
        processes) {
      syncs.close();
    }
  }
}
