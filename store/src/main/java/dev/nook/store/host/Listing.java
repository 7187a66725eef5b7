package dev.nook.store.host;

import dev.nook.store.Snapshots;
import dev.nook.store.Volumes;
import dev.nook.store.Volumes.Listed;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.catalog.PageToken;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import dev.nook.store.pool.Pool;
import dev.nook.store.volume.Snapshot;
import dev.nook.store.volume.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/// Lists what all pools hold, in the order of ids, one page at a time, from memory.
public record Listing(Sites sites) {
  private static final int MAX_PAGE = 1000;

  public Volumes.Page volumes(int max, Optional<String> token) throws StorageException {
    Optional<VolumeId> last = place(token, VolumeId::new);
    var found = first(max, pool -> pool.catalogue().after(last).map(Listing::listed));
    List<Listed> page = found.stream().limit(limit(max)).toList();
    return new Volumes.Page(page, next(found.size(), page, Listed::id));
  }

  public Snapshots.Page snapshots(Snapshots.Filter filter, int max, Optional<String> token)
      throws StorageException {
    Optional<SnapshotId> last = place(token, SnapshotId::new);
    var found =
        first(
            max, pool -> pool.snapshots().after(last).flatMap(Listing::known).filter(filter::lets));
    List<Snapshot> page = found.stream().limit(limit(max)).toList();
    return new Snapshots.Page(page, next(found.size(), page, Snapshot::id));
  }

  private static Listed listed(Catalogue.Entry<VolumeId, Volume> entry) {
    return switch (entry) {
      case Catalogue.Entry.Known(var id, var volume) ->
          new Listed(id, volume.capacityBytes(), Optional.of(volume));
      case Catalogue.Entry.Quarantined(var id, var bytes, var _) ->
          new Listed(id, bytes, Optional.empty());
    };
  }

  private static Stream<Snapshot> known(Catalogue.Entry<SnapshotId, Snapshot> entry) {
    return switch (entry) {
      case Catalogue.Entry.Known(var _, var snapshot) -> Stream.of(snapshot);
      case Catalogue.Entry.Quarantined<SnapshotId, Snapshot> _ -> Stream.empty();
    };
  }

  private <I extends StoredId> Optional<I> place(Optional<String> token, Function<String, I> kind)
      throws StorageException {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    I last = PageToken.read(token.get(), kind);
    if (!sites.gaveOut(last)) {
      throw new StorageException.StaleToken(token.get());
    }
    return Optional.of(last);
  }

  /// Returns one entry more than a page has, to tell whether another page follows.
  private <T> List<T> first(int max, Function<Pool, Stream<T>> entries) {
    List<T> found = new ArrayList<>();
    for (Pool pool : sites.inTagOrder()) {
      entries.apply(pool).limit(limit(max) + 1L - found.size()).forEach(found::add);
    }
    return found;
  }

  private static <T> Optional<String> next(
      int found, List<T> page, Function<T, ? extends StoredId> id) {
    return found > page.size()
        ? Optional.of(PageToken.after(id.apply(page.getLast())))
        : Optional.empty();
  }

  private static int limit(int max) {
    return max == 0 ? MAX_PAGE : Math.min(max, MAX_PAGE);
  }
}
