package dev.nook.store.space;

import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import java.util.Optional;
import java.util.stream.Stream;

/// The existing volumes of a pool whose records are good.
public interface Standing {
  Optional<Volume> known(VolumeId id);

  Stream<Volume> known();
}
