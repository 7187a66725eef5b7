package dev.nook.linux.repair;

import java.time.Duration;

/// What a checker may take at most.
///
/// @param memoryBytes of address space (RLIMIT_AS)
/// @param time from its start to its end, and on processors
/// @param processes that it may be, threads among them
record Limits(long memoryBytes, Duration time, int processes) {
  /// Enough for an ext4 of a tebibyte with a million inodes, and less than what a pod's limit
  /// leaves beside the driver.
  static final Limits USUAL = new Limits(256L << 20, Duration.ofHours(2), 64);
}
