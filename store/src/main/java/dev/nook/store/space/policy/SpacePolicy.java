package dev.nook.store.space.policy;

import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Optional;

/// Says what volumes and snapshots of one kind cost their pool. Every policy charges a volume that
/// starts empty its size; they differ in what copies cost.
public interface SpacePolicy {
  /// Returns the most that a volume of this size can be charged that is made of an origin now.
  Charge restored(Origin origin, long bytes) throws IOException;

  /// Returns the most that a snapshot can be charged that is cut of a volume now.
  Charge cut(Origin origin) throws IOException;

  /// Returns what a snapshot is charged that was cut of a volume and lies here.
  Charge ofCut(Origin origin, Home cut) throws IOException;

  /// Returns what a volume is charged that lies here.
  Charge of(Volume volume, Home home) throws IOException;

  /// Returns the most that can be allocated to what lies here: an image's size, or a quota limit;
  /// empty where nothing of this kind is, or no limit.
  Optional<Long> limitBytes(Home home) throws IOException;

  /// Returns what is allocated to what lies here; empty where nothing of this kind is, or nobody
  /// counts it.
  Optional<Long> allocatedBytes(Home home) throws IOException;
}
