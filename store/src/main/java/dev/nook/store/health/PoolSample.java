package dev.nook.store.health;

import dev.nook.store.id.VolumeId;
import java.util.List;
import java.util.Map;

/// A pool as its disk and the kernel showed it at one moment.
///
/// @param staged how many of its volumes are attached or mounted
/// @param largestExtents the most extents of an image that was looked at; of a pool with many
///   volumes a part is looked at each time
/// @param faults the pool's faults, other than those in its status
/// @param volumeFaults the faults of volumes that are staged, could not be staged, or have a record
///   that cannot be trusted; volumes without a fault are absent
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

  /// Returns a sample of a pool of which only the status is known.
  ///
  /// @param staged how many of its volumes are attached or mounted
  public static PoolSample of(PoolStatus status, int staged) {
    return new PoolSample(status, staged, 0, List.of(), Map.of());
  }
}
