package dev.nook.store.catalog;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.StoredId;
import java.util.HashSet;
import java.util.Set;

/// Limits how many volumes, or snapshots, one pool holds. What is being made takes a place before
/// anything is written, so that calls in parallel cannot exceed the limit together. A pool that
/// holds more already makes nothing new, and serves what it has.
public final class Places<I extends StoredId> {
  private final PoolName pool;
  private final String kind;
  private final int most;
  private final Catalogue<I, ?> catalogue;

  @GuardedBy("this")
  private final Set<I> beingMade = new HashSet<>();

  /// @param kind the name of the pool's setting: `volumes` or `snapshots`
  public Places(PoolName pool, String kind, int most, Catalogue<I, ?> catalogue) {
    this.pool = pool;
    this.kind = kind;
    this.most = most;
    this.catalogue = catalogue;
  }

  /// The place of something that is being made. Closing it frees it, unless the catalogue has that
  /// by now.
  public final class Place implements AutoCloseable {
    private final I id;

    private Place(I id) {
      this.id = id;
    }

    @Override
    public void close() {
      synchronized (Places.this) {
        beingMade.remove(id);
      }
    }
  }

  /// Takes a place; `Exhausted` when the pool may hold no more.
  public synchronized Place take(I id) throws StorageException {
    long coming = beingMade.stream().filter(each -> catalogue.find(each).isEmpty()).count();
    if (catalogue.size() + coming >= most) {
      throw new StorageException.Exhausted(
          pool,
          "it holds %d %s and may hold %d; delete some, or raise %s=%d in its --pool"
              .formatted(catalogue.size(), kind, most, kind, most));
    }
    beingMade.add(id);
    return new Place(id);
  }
}
