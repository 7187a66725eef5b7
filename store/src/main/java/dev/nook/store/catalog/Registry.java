package dev.nook.store.catalog;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.StoredId;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Layout;
import dev.nook.store.steps.Holds;
import java.io.IOException;
import java.util.function.UnaryOperator;

/// The volumes of one pool, or its snapshots: their records on disk, and the catalogue of them in
/// memory.
public record Registry<I extends StoredId, T>(
    Layout layout, Records<I, T> records, Catalogue<I, T> catalogue) {
  /// Changes the record of what stands under an id, durably. The catalogue says so once the record
  /// can outlive a power cut; after a failure it says what lies on disk then, which may be either.
  ///
  /// `NotReady` naming the file, and nothing is changed, when the record cannot be trusted.
  public T update(I id, UnaryOperator<T> change) throws StorageException, IOException {
    try (Holds<I>.Hold _ = catalogue.holds().take(id)) {
      Records.Recorded<T> before = records.recorded(id);
      T after = change.apply(before.what());
      replace(id, before, after);
      catalogue.put(id, after);
      return after;
    } catch (BadRecord e) {
      throw records.quarantined(id, e.why());
    }
  }

  private void replace(I id, Records.Recorded<T> before, T after) throws IOException {
    try {
      records.replace(id, before, after);
    } catch (IOException e) {
      readAgain(id, e);
      throw e;
    }
  }

  private void readAgain(I id, IOException cause) {
    try {
      catalogue.put(id, records.load(layout.home(id), id));
    } catch (BadRecord | IOException e) {
      cause.addSuppressed(e);
    }
  }
}
