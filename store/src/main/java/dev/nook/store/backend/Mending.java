package dev.nook.store.backend;

import dev.nook.linux.repair.Repair;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.volume.Content;
import java.io.IOException;
import java.util.Optional;

/// How a backend mends a volume that nobody uses: on a copy, which may then take its place.
public interface Mending {
  /// Why a volume cannot be mended on a copy; empty when it can.
  Optional<String> refuses(Home home, Content content) throws IOException;

  /// Whether its filesystem notes an error, or may be damaged for what it notes.
  boolean isMarked(Home home, Content content) throws IOException;

  /// Fills an empty home with a copy of a volume, mends and syncs that, and says what became of it.
  /// One that is sound afterwards is verified to be the filesystem that it was.
  Repair mend(VolumeId id, Home volume, Home copy, Content content)
      throws StorageException, IOException;

  /// Fills an empty home with a copy of what was kept, synced, of this size.
  void copy(Home kept, Home copy, Content content, long bytes) throws IOException;

  /// Puts a copy into a volume's place by one rename, durable when this returns; either is complete
  /// at any moment. What lay there is gone, but for those who keep a copy of it.
  void become(Home copy, Home volume) throws IOException;
}
