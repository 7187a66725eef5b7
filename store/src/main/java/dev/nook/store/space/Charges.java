package dev.nook.store.space;

import dev.nook.store.volume.Bytes;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// The charges in a pool and their sums, for the [Ledger], under whose lock they are read and
/// changed.
final class Charges {
  /// The charge of an entry that exists or is being made.
  record Amount(long bytes, long pinnedBytes) {
    static final Amount NOTHING = new Amount(0, 0);

    long sum() {
      return Bytes.plus(bytes, pinnedBytes);
    }
  }

  private final Map<Key, Amount> standing = new HashMap<>();
  private final Map<Entry, Long> trash = new HashMap<>();
  private final Map<Entry, Long> templates = new HashMap<>();

  boolean has(Key key) {
    return standing.containsKey(key);
  }

  Amount of(Key key) {
    return standing.getOrDefault(key, Amount.NOTHING);
  }

  void put(Key key, long bytes, long pinnedBytes) {
    Amount amount = new Amount(bytes, pinnedBytes);
    if (amount.sum() == 0) {
      standing.remove(key);
    } else {
      standing.put(key, amount);
    }
  }

  void remove(Key key) {
    standing.remove(key);
  }

  void putTrash(Entry entry, long bytes) {
    trash.put(entry, bytes);
  }

  void putTemplate(Entry entry, long bytes) {
    if (bytes == 0) {
      templates.remove(entry);
    } else {
      templates.put(entry, bytes);
    }
  }

  void remove(Entry entry) {
    trash.remove(entry);
    templates.remove(entry);
  }

  /// Returns all that is charged, which does not include what templates hold.
  long sum() {
    return Bytes.plus(
        Bytes.sum(standing.values().stream().mapToLong(Amount::sum)), sum(trash.values()));
  }

  long trashBytes() {
    return sum(trash.values());
  }

  long templateBytes() {
    return sum(templates.values());
  }

  private static long sum(Collection<Long> bytes) {
    return Bytes.sum(bytes.stream().mapToLong(Long::longValue));
  }
}
