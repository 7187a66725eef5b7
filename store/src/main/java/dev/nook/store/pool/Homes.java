package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.catalog.Catalogue;
import dev.nook.store.catalog.Records;
import dev.nook.store.catalog.Registry;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.StoredId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Charge;
import dev.nook.store.space.Claim;
import dev.nook.store.steps.Holds;
import dev.nook.store.trash.Trash;
import dev.nook.store.volume.Share;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Where the volumes of one pool lie, or its snapshots. Each is built where nobody looks and put
/// into place by one rename: before that rename there is nothing, after the two syncs that follow
/// it is there for ever. It is taken away by one rename into the trash.
public final class Homes<I extends StoredId, T> {
  /// What was made, and what it is charged exactly.
  public record Made<T>(T what, Charge charge) {}

  /// Makes what is to lie in an empty home, but for its record. It is synced; the directory of the
  /// home is not.
  public interface Filling<T> {
    Made<T> fill(Home staged) throws StorageException, IOException;
  }

  /// Whether something may be deleted.
  public interface Check<E extends Exception> {
    void run() throws E, IOException;
  }

  private final Layout layout;
  private final Disk disk;
  private final Records<I, T> records;
  private final Catalogue<I, T> catalogue;
  private final Trash trash;

  public Homes(Layout layout, Disk disk, Registry<I, T> registry, Trash trash) {
    this.layout = layout;
    this.disk = disk;
    this.records = registry.records();
    this.catalogue = registry.catalogue();
    this.trash = trash;
  }

  /// What has this id; `NotReady` when its record cannot be trusted.
  public Optional<T> existing(I id) throws StorageException {
    var entry = catalogue.find(id);
    if (entry.isEmpty()) {
      return Optional.empty();
    }
    return switch (entry.get()) {
      case Catalogue.Entry.Quarantined(var quarantined, var _, var why) ->
          throw records.quarantined(quarantined, why);
      case Catalogue.Entry.Known(var _, var what) -> Optional.of(what);
    };
  }

  public Home at(I id) {
    return layout.home(id);
  }

  public boolean isThere(I id) throws IOException {
    return disk.stat(layout.home(id).directory()).isPresent();
  }

  /// Takes out of service what has this id, durably, whether or not it is there still: another
  /// call's rename may not be durable.
  ///
  /// @param shares what it shares that counts to the quotas of others
  /// @param check throws when what is there must stay
  public <E extends Exception> void delete(I id, Function<T, List<Share>> shares, Check<E> check)
      throws E, IOException {
    if (isThere(id)) {
      check.run();
      try (Holds<I>.Hold _ = catalogue.holds().take(id)) {
        trash.discard(id, catalogue.known(id).map(shares).orElse(List.of()));
        catalogue.remove(id);
      }
    } else {
      catalogue.remove(id);
    }
    trash.sync(layout.room(id));
  }

  /// When it throws, nothing is left, or what is left is charged and will be swept.
  public T build(I id, Claim claim, Filling<T> filling) throws StorageException, IOException {
    Home staged = trash.build(id);
    try {
      Made<T> made = place(id, claim, filling, staged);
      keep(id, made, claim);
      catalogue.put(id, made.what());
      return made.what();
    } finally {
      trash.built(staged);
    }
  }

  private Made<T> place(I id, Claim claim, Filling<T> filling, Home staged)
      throws StorageException, IOException {
    try {
      disk.makeDirectory(staged.directory());
      Made<T> made = filling.fill(staged);
      claim.atLeast(made.charge());
      records.write(staged, made.what());
      disk.sync(staged.directory());
      trash.place(staged, layout.home(id));
      return made;
    } catch (StorageException | IOException | RuntimeException | Error e) {
      clear(staged, claim.bytes(), e);
      throw e;
    }
  }

  private void keep(I id, Made<T> made, Claim claim) throws IOException {
    claim.commit(made.charge());
    try {
      disk.sync(layout.room(id));
      disk.sync(layout.staging());
    } catch (IOException | RuntimeException | Error e) {
      takeBack(id, made.charge(), e);
      throw e;
    }
  }

  private void clear(Home staged, long bytes, Throwable cause) {
    try {
      trash.remove(staged, bytes);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /// It stands, but may not outlive a power cut. A disk that lets it be neither kept nor taken back
  /// has it quarantined.
  private void takeBack(I id, Charge charge, Throwable cause) {
    try {
      trash.discard(id, charge.shares());
      trash.sync(layout.room(id));
    } catch (IOException e) {
      cause.addSuppressed(e);
      if (stands(id)) {
        catalogue.quarantine(
            id, charge.bytes(), "may not outlive a power cut: " + cause.getMessage());
      }
    }
  }

  private boolean stands(I id) {
    try {
      return isThere(id);
    } catch (IOException _) {
      return true;
    }
  }
}
