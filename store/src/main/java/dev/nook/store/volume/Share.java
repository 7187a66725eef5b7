package dev.nook.store.volume;

import dev.nook.store.id.VolumeId;

/// Bytes that a copy keeps and that the kernel counts to a volume, because that wrote them.
public record Share(VolumeId volume, long bytes) {}
