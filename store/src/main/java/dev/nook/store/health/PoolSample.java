package dev.nook.store.health;

import dev.nook.store.id.VolumeId;
import java.util.List;
import java.util.Map;

/// A pool as its disk and the kernel showed it at one moment.
///
/// @param staged how many of its volumes are attached or mounted
/// @param largestExtents in how many pieces the most fragmented image lies that was looked at; a
///   pool of many volumes is looked at a part at a time
/// @param faults what is wrong with the pool, beside what its status says
/// @param volumeFaults what is wrong with volumes: of those that are staged, could not be, or have
///   a record that cannot be trusted. One that is well is not among the keys
public record PoolSample(
    PoolStatus status,
    int staged,
    long largestExtents,
    List<PoolFault> faults,
    Map<VolumeId, List<VolumeFault>> volumeFaults) {
  public PoolSample {
    faults = List.copyOf(faults);
    volumeFaults = Map.copyOf(volumeFaults);
  }

  /// Returns a pool of which nothing but its status is known.
  ///
  /// @param staged how many of its volumes are attached or mounted
  public static PoolSample of(PoolStatus status, int staged) {
    return new PoolSample(status, staged, 0, List.of(), Map.of());
  }
}
