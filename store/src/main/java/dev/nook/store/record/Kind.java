package dev.nook.store.record;

import dev.nook.store.id.PoolName;
import dev.nook.store.id.StoredId;

/// Translates between what is known of a volume, or of a snapshot, and the record of it. The name
/// of the pool is in no record: it is the operator's to change.
public interface Kind<I extends StoredId, T> {
  /// Returns a record that says all of it.
  Record record(T what);

  /// Reads a record that was found under an id; one of another kind or of another id is refused.
  T read(Record record, I id, PoolName pool) throws BadRecord;
}
