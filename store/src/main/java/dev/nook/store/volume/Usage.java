package dev.nook.store.volume;

/// What a volume holds, as NodeGetVolumeStats reports it: of files bytes and inodes, of raw block
/// its size.
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
