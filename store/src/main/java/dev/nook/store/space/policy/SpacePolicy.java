package dev.nook.store.space.policy;

import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Optional;

/// Says what volumes and snapshots of one kind are charged. Every policy charges an empty new
/// volume its size; they differ in what copies cost.
public interface SpacePolicy {
  /// Returns the worst-case charge of a volume of this size that is made from an origin now.
  Charge restored(Origin origin, long bytes) throws IOException;

  /// Returns the worst-case charge of a snapshot that is cut now.
  Charge cut(Origin origin) throws IOException;

  /// Returns the exact charge of a snapshot that was cut.
  Charge ofCut(Origin origin, Home cut) throws IOException;

  /// Returns the exact charge of a volume.
  Charge of(Volume volume, Home home) throws IOException;

  /// Returns the most bytes that can be allocated to a home: an image's size, or a quota limit;
  /// empty where the home has nothing of this kind, or no limit.
  Optional<Long> limitBytes(Home home) throws IOException;

  /// Returns the bytes allocated to a home; empty where the home has nothing of this kind, or where
  /// they are not counted.
  Optional<Long> allocatedBytes(Home home) throws IOException;
}
