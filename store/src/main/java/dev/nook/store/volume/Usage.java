package dev.nook.store.volume;

/// The usage of a volume, as NodeGetVolumeStats reports it: bytes and inodes of files, or the size
/// of raw block.
public sealed interface Usage {
  record Files(
      long totalBytes,
      long usedBytes,
      long availableBytes,
      long totalInodes,
      long usedInodes,
      long availableInodes)
      implements Usage {}

  record Blocks(long totalBytes) implements Usage {}
}
