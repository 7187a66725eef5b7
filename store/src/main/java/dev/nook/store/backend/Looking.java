package dev.nook.store.backend;

import dev.nook.linux.mount.MountView;
import dev.nook.store.health.VolumeFault;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Looks at what lies in a pool; for the thread that may wait for its disk.
public interface Looking {
  /// Looks at what the kernel has now of this pool, for calls that must not wait for its disk; for
  /// the thread that may.
  ///
  /// @param here whether the pool's path shows the pool, and not what is mounted over it
  default void look(boolean here) throws IOException {}

  /// What is wrong with a volume, as far as looking tells; nothing when it is well.
  List<VolumeFault> faults(Home home, Volume volume, MountView view) throws IOException;

  /// In how many pieces it lies on disk; empty where it is not one file. Copies take time by this.
  Optional<Long> extents(Home home) throws IOException;
}
