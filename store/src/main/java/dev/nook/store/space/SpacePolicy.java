package dev.nook.store.space;

import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Optional;

/// What volumes and snapshots of one kind cost their pool. One that starts with nothing is charged
/// its size by every policy; they differ in what copies cost.
public sealed interface SpacePolicy permits BlockCounted, WholeExtents, QuotaTrees, UncountedTrees {
  /// The most that a volume of this size is charged that is made of an origin now.
  Charge restored(Origin origin, long bytes) throws IOException;

  /// The most that a snapshot is charged that is cut of a volume now.
  Charge cut(Origin origin) throws IOException;

  /// What a snapshot is charged that was cut of a volume and lies here.
  Charge ofCut(Origin origin, Home cut) throws IOException;

  /// What a volume is charged that lies here.
  Charge of(Volume volume, Home home) throws IOException;

  /// The most that can be allocated to what lies here: an image's size, or a quota limit; empty
  /// where nothing of this kind is, or no limit.
  Optional<Long> limitBytes(Home home) throws IOException;

  /// What is allocated to what lies here; empty where nothing of this kind is, or nobody counts it.
  Optional<Long> allocatedBytes(Home home) throws IOException;
}
