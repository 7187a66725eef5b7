package dev.nook.linux.fs;

/// Whether a file owns its blocks from the start.
public enum Allocation {
  /// Holes until written.
  SPARSE,
  /// Every block allocated, so that a later write cannot fail for want of space, until another file
  /// shares them.
  FULL
}
