package dev.nook.store.pool;

import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.VolumeStore.Listed;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;

/// The volumes of one pool in id order, as the disk has them.
final class Catalogue {
  sealed interface Entry {
    VolumeId id();

    Listed listed();

    record Known(Volume volume) implements Entry {
      @Override
      public VolumeId id() {
        return volume.id();
      }

      @Override
      public Listed listed() {
        return new Listed(volume.id(), volume.capacityBytes(), Optional.of(volume));
      }
    }

    /// A volume whose record cannot be trusted: it keeps its name, its charge and its place.
    record Quarantined(VolumeId id, long bytes, String why) implements Entry {
      @Override
      public Listed listed() {
        return new Listed(id, bytes, Optional.empty());
      }
    }
  }

  private final ConcurrentNavigableMap<String, Entry> entries = new ConcurrentSkipListMap<>();

  Optional<Entry> find(VolumeId id) {
    return Optional.ofNullable(entries.get(id.text()));
  }

  void put(Entry entry) {
    entries.put(entry.id().text(), entry);
  }

  void remove(VolumeId id) {
    entries.remove(id.text());
  }

  /// At most `max` entries whose ids come after one, which need not exist any more.
  List<Entry> after(Optional<VolumeId> last, int max) {
    return last.map(id -> entries.tailMap(id.text(), false)).orElse(entries).values().stream()
        .limit(max)
        .toList();
  }

  int size() {
    return entries.size();
  }

  List<Entry.Quarantined> quarantined() {
    return entries.values().stream()
        .filter(Entry.Quarantined.class::isInstance)
        .map(Entry.Quarantined.class::cast)
        .toList();
  }
}
