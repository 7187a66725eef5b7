package dev.nook.linux.repair;

import java.time.Duration;

/// The limits of a checker.
///
/// @param memoryBytes of address space (RLIMIT_AS)
/// @param time from start to end, and on processors
/// @param processes processes and threads together
record Limits(long memoryBytes, Duration time, int processes) {
  /// Enough for an ext4 of 1 TiB with a million inodes, and less than the driver leaves of its
  /// pod's memory limit.
  static final Limits USUAL = new Limits(256L << 20, Duration.ofHours(2), 64);
}
