package dev.nook.driver.pool;

import dev.nook.driver.cli.Printable;
import dev.nook.driver.cli.Size;
import dev.nook.driver.cli.Table;
import dev.nook.store.health.Inventory;
import dev.nook.store.volume.Snapshot;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One snapshot as `nook volumes --snapshots` shows it.
///
/// @param name the CO's name for it; none where its record cannot be trusted
/// @param charged bytes that it is charged
/// @param cut when it was cut, in RFC 3339 form
record SnapshotRow(
    String id,
    Optional<String> name,
    String pool,
    Optional<String> source,
    Optional<Long> size,
    Optional<Long> charged,
    Optional<String> cut,
    Optional<String> content,
    Optional<String> quarantined) {

  static Stream<SnapshotRow> of(Inventory pool) {
    return pool.snapshots().stream().map(row -> of(pool.pool().text(), row));
  }

  private static SnapshotRow of(String pool, Inventory.SnapshotRow row) {
    Optional<Snapshot> snapshot = row.snapshot();
    return new SnapshotRow(
        row.id().text(),
        snapshot.map(known -> known.name().text()),
        pool,
        snapshot.map(known -> known.source().text()),
        snapshot.map(Snapshot::sizeBytes),
        snapshot.map(Snapshot::chargedBytes),
        snapshot.map(known -> known.cut().toString()),
        snapshot.map(known -> VolumeRow.words(known.content())),
        row.quarantined());
  }

  static Table table(List<SnapshotRow> rows) {
    var table =
        new Table("SNAPSHOT", "NAME", "POOL", "OF", "SIZE", "CHARGED", "CUT", "CONTENT", "STATE");
    for (SnapshotRow row : rows) {
      table.add(
          row.id,
          row.name.map(Printable::text).orElse("-"),
          row.pool,
          row.source.orElse("-"),
          row.size.map(Size::text).orElse("-"),
          row.charged.map(Size::text).orElse("-"),
          row.cut.orElse("-"),
          row.content.orElse("-"),
          VolumeRow.state(row.quarantined));
    }
    return table;
  }
}
