package dev.nook.store.pool;

import dev.nook.store.backend.Backends;
import dev.nook.store.backend.Showing;
import dev.nook.store.error.StorageException;
import dev.nook.store.home.Homes;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.Optional;

/// Deletes the volumes of one pool that nobody uses.
public final class DeleteVolume {
  private final Backends<? extends Showing> backends;
  private final Homes<VolumeId, Volume> homes;

  public DeleteVolume(Backends<? extends Showing> backends, Homes<VolumeId, Volume> homes) {
    this.backends = backends;
    this.homes = homes;
  }

  /// Deletes a volume; `NotReady` while it is in use.
  public void delete(VolumeId id) throws StorageException, IOException {
    homes.delete(id, Volume::shares, () -> requireUnused(id));
  }

  /// Throws `NotReady` while a volume is attached or mounted, in whatever namespace.
  public void requireUnused(VolumeId id) throws StorageException, IOException {
    for (Showing backend : backends.all()) {
      Optional<String> user = backend.usedBy(id, homes.at(id));
      if (user.isPresent()) {
        throw new StorageException.NotReady(
            id, "it is in use by %s; unpublish and unstage it first".formatted(user.get()));
      }
    }
  }
}
