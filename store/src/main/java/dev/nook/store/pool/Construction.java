package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.StorageException;
import dev.nook.store.StoredId;
import dev.nook.store.pool.CapacityLedger.Reservation;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/// Builds a volume or a snapshot where nobody looks and puts it into place by one rename: before
/// that rename there is nothing, after the two syncs that follow it is there for ever.
final class Construction<I extends StoredId, T> {
  /// Fills an empty home, its record too; all of it is synced but the home's directory.
  interface Filling<T> {
    T fill(Home staged) throws StorageException, IOException;
  }

  private final Layout layout;
  private final Disk disk;
  private final Catalogue<I, T> catalogue;
  private final Trash trash;
  private final ToLongFunction<T> promised;

  /// @param promised the bytes that one is charged, before overcommitment
  Construction(
      Layout layout,
      Disk disk,
      Catalogue<I, T> catalogue,
      Trash trash,
      ToLongFunction<T> promised) {
    this.layout = layout;
    this.disk = disk;
    this.catalogue = catalogue;
    this.trash = trash;
    this.promised = promised;
  }

  /// When it throws, nothing is left, or what is left is charged and will be swept.
  T build(I id, Reservation reservation, Filling<T> filling) throws StorageException, IOException {
    Home staged = trash.build(id);
    try {
      T made = place(id, reservation, filling, staged);
      keep(id, made, reservation);
      catalogue.put(id, made);
      return made;
    } finally {
      trash.built(staged);
    }
  }

  private T place(I id, Reservation reservation, Filling<T> filling, Home staged)
      throws StorageException, IOException {
    try {
      disk.makeDirectory(staged.directory());
      T made = filling.fill(staged);
      disk.sync(staged.directory());
      trash.place(staged, layout.home(id));
      return made;
    } catch (StorageException | IOException | RuntimeException | Error e) {
      clear(staged, reservation.bytes(), e);
      throw e;
    }
  }

  private void keep(I id, T made, Reservation reservation) throws IOException {
    reservation.settle(promised.applyAsLong(made));
    try {
      disk.sync(layout.room(id));
      disk.sync(layout.staging());
    } catch (IOException | RuntimeException | Error e) {
      takeBack(id, reservation.bytes(), e);
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
  private void takeBack(I id, long bytes, Throwable cause) {
    try {
      trash.discard(id, UnaryOperator.identity());
      trash.sync(layout.room(id));
    } catch (IOException e) {
      cause.addSuppressed(e);
      if (stands(id)) {
        catalogue.quarantine(id, bytes, "may not outlive a power cut: " + cause.getMessage());
      }
    }
  }

  private boolean stands(I id) {
    try {
      return disk.stat(layout.home(id).directory()).isPresent();
    } catch (IOException _) {
      return true;
    }
  }
}
