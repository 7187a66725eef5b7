package dev.nook.store;

import java.time.Instant;

/// A snapshot as it is recorded beside its data.
///
/// @param sizeBytes what a volume made from it needs at least: the source's size at the cut
/// @param chargedBytes what the pool has set aside for it: the bytes that its source held at the
///   cut
public record Snapshot(
    SnapshotId id,
    Name name,
    PoolName pool,
    VolumeId source,
    long sizeBytes,
    long chargedBytes,
    Content content,
    Instant cut) {}
