package dev.nook.store.pool;

import dev.nook.linux.fs.Disk;
import dev.nook.store.PoolName;
import dev.nook.store.PoolTag;
import dev.nook.store.StorageException;
import dev.nook.store.Volume;
import dev.nook.store.VolumeId;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What one pool holds, read from its disk at one moment, with nothing locked and nothing changed.
///
/// @param unreadable why the pool, or the rest of it, could not be read
public record Inventory(PoolName pool, Optional<String> unreadable, List<Row> rows) {
  /// @param volume empty when its record cannot be trusted
  /// @param heldBytes what it takes of the pool now; empty when nobody counts it
  /// @param quarantined why its record cannot be trusted
  public record Row(
      VolumeId id,
      Optional<Volume> volume,
      Optional<Long> heldBytes,
      Optional<String> quarantined) {}

  static Inventory of(PoolName pool, Layout layout, Disk disk, Backends backends) {
    List<Row> rows = new ArrayList<>();
    try {
      PoolTag tag = PoolTag.of(new Founding(layout, disk, Clock.systemUTC()).read().pool());
      Records records = new Records(pool, layout, disk);
      for (String entry : disk.list(layout.volumes())) {
        VolumeId id = new VolumeId(entry);
        if (id.tag().equals(Optional.of(tag))) {
          rows.add(row(id, layout.volume(id), records, backends));
        }
      }
      return new Inventory(pool, Optional.empty(), List.copyOf(rows));
    } catch (StorageException | IOException e) {
      return new Inventory(pool, Optional.of(String.valueOf(e.getMessage())), List.copyOf(rows));
    }
  }

  private static Row row(VolumeId id, Home home, Records records, Backends backends)
      throws IOException {
    Optional<Long> held = backends.heldBytes(home);
    try {
      return new Row(id, Optional.of(records.load(home, id)), held, Optional.empty());
    } catch (BadRecord e) {
      return new Row(id, Optional.empty(), held, Optional.of(e.why()));
    }
  }
}
