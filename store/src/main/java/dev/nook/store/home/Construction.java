package dev.nook.store.home;

import dev.nook.linux.fs.Disk;
import dev.nook.store.catalog.Registry;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.StoredId;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.space.Claim;
import dev.nook.store.space.policy.Charge;
import dev.nook.store.trash.Staging;
import dev.nook.store.trash.Trash;
import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/// A volume or snapshot that is being made: first in a directory of `staging/` that nobody reads,
/// then in its place, then in the catalogue. Closing it undoes all of that unless it was sealed.
///
/// Before [#commit] renames the directory there is nothing; once it returns, what was made outlives
/// a power cut.
public final class Construction<I extends StoredId, T> implements Closeable {
  private enum State {
    BEGUN,
    STAGED,
    PLACED,
    SEALED
  }

  /// Makes durable what was written.
  public interface Sync {
    void run() throws IOException;
  }

  private record Committed<T>(T what, Charge charge) {}

  private final Layout layout;
  private final Disk disk;
  private final Registry<I, T> registry;
  private final Staging staging;
  private final Trash trash;
  private final I id;
  private final Claim claim;
  private final Home staged;
  private State state = State.BEGUN;
  private Optional<T> recorded = Optional.empty();
  private Optional<Committed<T>> committed = Optional.empty();
  private String doubt = "belongs to a call that has failed";

  Construction(
      Layout layout,
      Disk disk,
      Registry<I, T> registry,
      Staging staging,
      Trash trash,
      I id,
      Claim claim) {
    this.layout = layout;
    this.disk = disk;
    this.registry = registry;
    this.staging = staging;
    this.trash = trash;
    this.id = id;
    this.claim = claim;
    this.staged = staging.begin(id);
  }

  /// Makes the empty directory that is to be filled.
  public Home stage() throws IOException {
    state = State.STAGED;
    disk.makeDirectory(staged.directory());
    return staged;
  }

  /// Writes the record of what was made, and syncs both. The record is written first: where the
  /// filesystem commits one log, the sync of the content takes the record in, and the second sync
  /// finds nothing left to commit.
  ///
  /// @param content syncs what the home holds beside its record
  public void record(T what, Sync content) throws IOException {
    registry.records().write(staged, what);
    content.run();
    registry.records().sync(staged);
    recorded = Optional.of(what);
  }

  /// Puts what was recorded into its place, durably.
  ///
  /// @param exact its exact charge; `Exhausted` when that exceeds the claim and is not available
  public void commit(Charge exact) throws StorageException, IOException {
    T what = recorded.orElseThrow();
    claim.atLeast(exact);
    disk.sync(staged.directory());
    staging.place(staged, layout.home(id));
    state = State.PLACED;
    committed = Optional.of(new Committed<>(what, exact));
    claim.commit(exact);
    keep();
  }

  private void keep() throws IOException {
    try {
      disk.sync(layout.directory(id));
      disk.sync(layout.staging());
    } catch (IOException e) {
      doubt = "may not survive a power cut: " + e.getMessage();
      throw e;
    }
  }

  /// Adds what was committed to the catalogue; from here on it stays.
  public T seal() {
    T what = committed.orElseThrow().what();
    registry.catalogue().put(id, what);
    state = State.SEALED;
    return what;
  }

  /// Undoes what was not sealed. What cannot be removed from `staging/` stays charged until a sweep
  /// removes it; what can neither be kept nor removed from its place is quarantined.
  @Override
  public void close() throws IOException {
    try {
      switch (state) {
        case BEGUN, SEALED -> {}
        case STAGED -> trash.remove(staged, claim.bytes());
        case PLACED -> takeBack(committed.orElseThrow().charge());
      }
    } finally {
      staging.end(staged);
    }
  }

  private void takeBack(Charge charge) throws IOException {
    try {
      trash.discard(id, charge.shares());
      trash.sync(layout.directory(id));
    } catch (IOException e) {
      if (stands()) {
        registry.catalogue().quarantine(id, charge.bytes(), doubt);
      }
      throw e;
    }
  }

  private boolean stands() {
    try {
      return disk.stat(layout.home(id).directory()).isPresent();
    } catch (IOException _) {
      return true;
    }
  }
}
