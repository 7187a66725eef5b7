package dev.nook.linux.fs;

/// Whether a file owns its blocks from the start.
public enum Allocation {
  /// Blocks are allocated when they are written.
  SPARSE,
  /// Every block is allocated, so that a later write cannot fail for lack of space, as long as no
  /// other file shares the blocks.
  FULL
}
