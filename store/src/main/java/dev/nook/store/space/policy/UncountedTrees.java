package dev.nook.store.space.policy;

import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Origin;
import dev.nook.store.volume.Shape.Provisioning;
import dev.nook.store.volume.Volume;
import java.util.Optional;

/// Directories whose bytes nobody counts (`quota: none`): volumes and their copies are charged the
/// size that was requested.
public record UncountedTrees() implements SpacePolicy {
  @Override
  public Charge restored(Origin origin, long bytes) {
    return Charge.of(bytes, Provisioning.THIN);
  }

  @Override
  public Charge cut(Origin origin) {
    long bytes =
        switch (origin.id()) {
          case SnapshotId _ -> origin.sharedBytes();
          case VolumeId _ -> origin.sizeBytes();
        };
    return Charge.of(bytes, Provisioning.THICK);
  }

  @Override
  public Charge ofCut(Origin origin, Home cut) {
    return cut(origin);
  }

  @Override
  public Charge of(Volume volume, Home home) {
    return Charge.of(volume.promisedBytes(), Provisioning.THIN);
  }

  @Override
  public Optional<Long> limitBytes(Home home) {
    return Optional.empty();
  }

  @Override
  public Optional<Long> allocatedBytes(Home home) {
    return Optional.empty();
  }
}
