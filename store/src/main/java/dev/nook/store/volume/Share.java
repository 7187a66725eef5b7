package dev.nook.store.volume;

import dev.nook.store.id.VolumeId;

/// Bytes that a copy keeps and that the kernel counts towards a volume, because that volume wrote
/// them.
public record Share(VolumeId volume, long bytes) {}
