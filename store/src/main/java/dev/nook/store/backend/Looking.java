package dev.nook.store.backend;

import dev.nook.linux.mount.MountView;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Examines what is in a pool. For the thread that may wait for its disk.
public interface Looking {
  /// Notes what the kernel has of this pool now, for calls that must not wait for its disk.
  ///
  /// @param here whether the pool's path shows the pool, and not what is mounted over it
  default void look(boolean here) throws IOException {}

  /// Returns the faults of a volume that a look shows.
  List<VolumeFault> faults(Home home, Volume volume, MountView view) throws IOException;

  /// Returns the number of its extents, with which the time of a copy grows; empty where it is not
  /// one file.
  Optional<Long> extents(Home home) throws IOException;
}
