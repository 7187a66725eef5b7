package dev.nook.store;

/// A pool as its disk and the kernel showed it at one moment.
///
/// @param staged how many of its volumes are attached or mounted
/// @param largestExtents in how many pieces the most fragmented image lies that was looked at; a
///   pool of many volumes is looked at a part at a time
public record PoolSample(PoolStatus status, int staged, long largestExtents) {}
