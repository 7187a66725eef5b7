package dev.nook.store.home;

import dev.nook.linux.fs.Disk;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.catalog.Registry;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.StoredId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Claim;
import dev.nook.store.steps.Holds;
import dev.nook.store.trash.Staging;
import dev.nook.store.trash.Trash;
import dev.nook.store.volume.Share;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Makes and deletes the volumes, or the snapshots, of one pool. Each is made where nobody reads it
/// and put into its place by one rename ([Construction]); one rename into the trash deletes it.
public final class Homes<I extends StoredId, T> {
  /// Whether something may be deleted.
  public interface Check<E extends Exception> {
    void run() throws E, IOException;
  }

  private final Layout layout;
  private final Disk disk;
  private final Registry<I, T> registry;
  private final Staging staging;
  private final Trash trash;

  public Homes(Layout layout, Disk disk, Registry<I, T> registry, Staging staging, Trash trash) {
    this.layout = layout;
    this.disk = disk;
    this.registry = registry;
    this.staging = staging;
    this.trash = trash;
  }

  /// Returns the entry with this id, if it exists. Throws `NotReady` when its record cannot be
  /// trusted.
  public Optional<T> existing(I id) throws StorageException {
    var entry = registry.catalogue().find(id);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    return switch (entry.get()) {
      case Catalogue.Entry.Quarantined(var quarantined, var _, var why) ->
          throw registry.records().quarantined(quarantined, why);
      case Catalogue.Entry.Known(var _, var what) -> Optional.of(what);
    };
  }

  public Home at(I id) {
    return layout.home(id);
  }

  public boolean isThere(I id) throws IOException {
    return disk.stat(layout.home(id).directory()).isPresent();
  }

  /// Deletes the entry with this id, durably. Syncs the directories even when it is gone, because
  /// another call's rename may not be durable yet.
  ///
  /// @param shares what it shares that counts to the quotas of volumes
  /// @param check throws when what is there must stay
  public <E extends Exception> void delete(I id, Function<T, List<Share>> shares, Check<E> check)
      throws E, IOException {
    Catalogue<I, T> catalogue = registry.catalogue();
    if (isThere(id)) {
      check.run();
      try (Holds<I>.Hold _ = catalogue.holds().take(id)) {
        trash.discard(id, catalogue.known(id).map(shares).orElse(List.of()));
        catalogue.remove(id);
      }
    } else {
      catalogue.remove(id);
    }
    trash.sync(layout.directory(id));
  }

  /// Begins to make the entry with this id.
  ///
  /// @param claim its worst-case charge
  public Construction<I, T> begin(I id, Claim claim) {
    return new Construction<>(layout, disk, registry, staging, trash, id, claim);
  }
}
