package dev.nook.driver.pool;

import dev.nook.driver.cli.Printable;
import dev.nook.driver.cli.Size;
import dev.nook.driver.cli.Table;
import dev.nook.store.health.Inventory;
import dev.nook.store.volume.Content;
import dev.nook.store.volume.Volume;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// One volume as `nook volumes` shows it.
///
/// @param name the CO's name for it; none where its record cannot be trusted
/// @param used bytes allocated in the pool now; none where they are not counted
/// @param extents extents of its image, with which the time of a copy grows
record VolumeRow(
    String id,
    Optional<String> name,
    String pool,
    Optional<Long> size,
    Optional<Long> used,
    Optional<Long> extents,
    Optional<String> content,
    Optional<String> quarantined) {

  static Stream<VolumeRow> of(Inventory pool) {
    return pool.rows().stream().map(row -> of(pool.pool().text(), row));
  }

  private static VolumeRow of(String pool, Inventory.Row row) {
    Optional<Volume> volume = row.volume();
    return new VolumeRow(
        row.id().text(),
        volume.map(known -> known.name().text()),
        pool,
        volume.map(Volume::capacityBytes),
        row.heldBytes(),
        row.extents(),
        volume.map(known -> words(known.content())),
        row.quarantined());
  }

  static Table table(List<VolumeRow> rows) {
    var table = new Table("VOLUME", "NAME", "POOL", "SIZE", "USED", "EXTENTS", "CONTENT", "STATE");
    for (VolumeRow row : rows) {
      table.add(
          row.id,
          row.name.map(Printable::text).orElse("-"),
          row.pool,
          row.size.map(Size::text).orElse("-"),
          row.used.map(Size::text).orElse("-"),
          row.extents.map(String::valueOf).orElse("-"),
          row.content.orElse("-"),
          state(row.quarantined));
    }
    return table;
  }

  static String words(Content content) {
    return switch (content) {
      case Content.Raw _ -> "block";
      case Content.Formatted(var shape, var _) -> shape.type().kernelName();
      case Content.Tree(var _, var enforced, var _) ->
          enforced ? "directory" : "directory, no quota";
    };
  }

  static String state(Optional<String> quarantined) {
    return quarantined.map(why -> "quarantined: " + Printable.text(why)).orElse("good");
  }
}
