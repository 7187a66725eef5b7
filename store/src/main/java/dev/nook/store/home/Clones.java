package dev.nook.store.home;

import dev.nook.linux.fs.Disk;
import dev.nook.store.error.StorageException;
import dev.nook.store.guard.PoolRoot;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Home;
import dev.nook.store.space.Claim;
import dev.nook.store.space.Claims;
import dev.nook.store.space.PinnedExtents;
import dev.nook.store.space.policy.Charge;
import dev.nook.store.trash.Staging;
import dev.nook.store.trash.Trash;
import java.io.IOException;

/// Makes copies of volumes for a while, in `staging/`, where nobody else sees them, and claims
/// their bytes. What a kill leaves of them is removed like anything that is abandoned there.
public final class Clones {
  /// Something to be done with a copy.
  public interface Use<T> {
    /// @param staged an empty directory
    /// @param claim what the copy may come to; one who closes it early claims the bytes otherwise
    T of(Home staged, Claim claim) throws StorageException, IOException;
  }

  private final Disk disk;
  private final Claims claims;
  private final PinnedExtents pinned;
  private final Staging staging;
  private final Trash trash;

  public Clones(Disk disk, Claims claims, PinnedExtents pinned, Staging staging, Trash trash) {
    this.disk = disk;
    this.claims = claims;
    this.pinned = pinned;
    this.staging = staging;
    this.trash = trash;
  }

  /// Makes a directory in `staging/` for a copy of a volume, does something with it, and removes
  /// it.
  ///
  /// @param worst what the copy may be charged in the worst case, beside its source
  public <T> T use(VolumeId id, Charge worst, Use<T> use) throws StorageException, IOException {
    Home staged = staging.begin(id);
    try (Claim claim = claims.claim(staged, worst)) {
      pinned.copying();
      return removed(staged, claim.bytes(), () -> use.of(staged, claim));
    } finally {
      staging.end(staged);
    }
  }

  private <T> T removed(Home staged, long bytes, PoolRoot.Call<T> call)
      throws StorageException, IOException {
    T made;
    try {
      disk.makeDirectory(staged.directory());
      made = call.run();
    } catch (StorageException | IOException | RuntimeException | Error e) {
      try {
        trash.remove(staged, bytes);
      } catch (IOException left) { // It is charged, and swept.
        e.addSuppressed(left);
      }
      throw e;
    }
    trash.remove(staged, bytes);
    return made;
  }
}
