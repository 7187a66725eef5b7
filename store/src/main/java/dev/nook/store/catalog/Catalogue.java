package dev.nook.store.catalog;

import dev.nook.store.id.StoredId;
import dev.nook.store.steps.Holds;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Stream;

/// The volumes or the snapshots of one pool, in the order of ids, as they are on disk.
public class Catalogue<I extends StoredId, T> {
  public sealed interface Entry<I, T> {
    I id();

    record Known<I, T>(I id, T what) implements Entry<I, T> {}

    /// An entry whose record cannot be trusted: it keeps its id, its charge and its place.
    record Quarantined<I, T>(I id, long bytes, String why) implements Entry<I, T> {}
  }

  private final ConcurrentNavigableMap<String, Entry<I, T>> entries = new ConcurrentSkipListMap<>();

  /// Entries that are being deleted, changed or read again.
  private final Holds<I> holds = new Holds<>();

  public Optional<Entry<I, T>> find(I id) {
    return Optional.ofNullable(entries.get(id.text()));
  }

  /// Returns what has this id and a good record.
  public Optional<T> known(I id) {
    return find(id)
        .flatMap(entry ->
            entry instanceof Entry.Known<I, T>(var _, var what)
                ? Optional.of(what)
                : Optional.empty());
  }

  /// Returns the holds that whoever deletes, changes or reads again an entry takes: an entry that
  /// is read while it is deleted or changed would come back as it was.
  public Holds<I> holds() {
    return holds;
  }

  public void put(I id, T what) {
    entries.put(id.text(), new Entry.Known<>(id, what));
  }

  public void quarantine(I id, long bytes, String why) {
    entries.put(id.text(), new Entry.Quarantined<>(id, bytes, why));
  }

  public void remove(I id) {
    entries.remove(id.text());
  }

  /// Returns the entries whose ids come after one, which may be gone.
  public Stream<Entry<I, T>> after(Optional<I> last) {
    return last.map(id -> entries.tailMap(id.text(), false)).orElse(entries).values().stream();
  }

  /// Returns those whose records are good.
  public Stream<T> known() {
    return entries.values().stream()
        .mapMulti((entry, next) -> {
          if (entry instanceof Entry.Known<I, T>(var _, var what)) {
            next.accept(what);
          }
        });
  }

  public int size() {
    return entries.size();
  }

  public List<I> quarantined() {
    return distrusted().stream().map(Entry::id).toList();
  }

  public List<Entry.Quarantined<I, T>> distrusted() {
    return entries.values().stream()
        .<Entry.Quarantined<I, T>>mapMulti((entry, next) -> {
          if (entry instanceof Entry.Quarantined<I, T> quarantined) {
            next.accept(quarantined);
          }
        })
        .toList();
  }
}
