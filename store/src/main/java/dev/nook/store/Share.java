package dev.nook.store;

/// Bytes that a copy keeps and that the kernel counts to a volume, because that wrote them.
public record Share(VolumeId volume, long bytes) {}
