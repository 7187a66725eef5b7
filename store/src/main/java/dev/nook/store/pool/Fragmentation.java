package dev.nook.store.pool;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.id.VolumeId;
import dev.nook.store.volume.Volume;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Counts the extents of the most fragmented image of a pool. Each look counts those of a few
/// images and the next goes on behind them, so that a look costs the same beside thirty volumes and
/// beside ten thousand.
public final class Fragmentation {
  public static final int IMAGES_PER_LOOK = 32;

  public interface Extents {
    /// Returns the number of extents of a volume's image; empty where it has none.
    Optional<Long> of(VolumeId id) throws IOException;
  }

  private final Catalogue<VolumeId, Volume> catalogue;
  private final Extents extents;

  @GuardedBy("this")
  private Optional<VolumeId> last = Optional.empty();

  @GuardedBy("this")
  private long thisRound;

  @GuardedBy("this")
  private long lastRound;

  public Fragmentation(Catalogue<VolumeId, Volume> catalogue, Extents extents) {
    this.catalogue = catalogue;
    this.extents = extents;
  }

  /// Returns the most extents of what was counted in this round and the one before.
  public synchronized long look() throws IOException {
    List<VolumeId> next =
        catalogue.after(last).map(Catalogue.Entry::id).limit(IMAGES_PER_LOOK).toList();
    for (VolumeId id : next) {
      thisRound = Math.max(thisRound, count(id));
    }
    long largest = Math.max(lastRound, thisRound);
    if (next.size() < IMAGES_PER_LOOK) {
      lastRound = thisRound;
      thisRound = 0;
      last = Optional.empty();
      return lastRound;
    }
    last = Optional.of(next.getLast());
    return largest;
  }

  private long count(VolumeId id) throws IOException {
    try {
      return extents.of(id).orElse(0L);
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT)) {
        return 0; // It was deleted meanwhile.
      }
      throw e;
    }
  }
}
