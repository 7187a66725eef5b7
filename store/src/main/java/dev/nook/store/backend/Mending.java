package dev.nook.store.backend;

import dev.nook.linux.repair.Repair;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Content;
import java.io.IOException;
import java.util.Optional;

/// Mends volumes that nobody uses: on a copy, which may then take the volume's place.
public interface Mending {
  /// Returns why a volume cannot be mended on a copy; empty when it can.
  Optional<String> refuses(Home home, Content content) throws IOException;

  /// Whether its filesystem is marked in error, or has noted something that may be damage.
  boolean isMarked(Home home, Content content) throws IOException;

  /// Fills an empty home with a copy of a volume, mends and syncs it, and returns the outcome. A
  /// sound copy is verified to be the same filesystem.
  Repair mend(VolumeId id, Home volume, Home copy, Content content)
      throws StorageException, IOException;

  /// Fills an empty home with a synced copy of what was kept, in this size.
  void copy(Home kept, Home copy, Content content, long bytes) throws IOException;

  /// Puts a copy into a volume's place by one rename, which is durable when this returns; at any
  /// moment one of the two is in place, complete. What was there before is gone, except in copies
  /// of it.
  void become(Home copy, Home volume) throws IOException;
}
