package dev.nook.store.backend;

import dev.nook.store.record.Home;
import java.io.IOException;

/// Removes what a home holds beyond its files, and makes the filesystem free its space.
public interface Removing {
  /// Releases what removing the files would not, before they are removed; does nothing for a home
  /// without content of this backend.
  void dismantle(Home home) throws IOException;

  /// Makes the kernel free what was dismantled, and cleans up after it; once after several is
  /// enough.
  void reclaim() throws IOException;

  /// Whether what was dismantled may still hold space, or keep blocks that others overwrite.
  boolean isGivingBack() throws IOException;
}
