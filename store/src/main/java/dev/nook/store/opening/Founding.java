package dev.nook.store.opening;

import dev.nook.linux.fs.Disk;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.Subject;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Format;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Record;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;

/// Reads FORMAT, makes it for a new pool, and changes its node.
///
/// @param layout the layout of a pool whose lock the caller holds
public record Founding(Layout layout, Disk disk, Clock clock) {
  /// Returns what FORMAT says. A directory without it becomes a new pool of this node, unless its
  /// folders show that it was a pool before.
  public Format open(String node) throws StorageException, IOException {
    if (disk.stat(layout.format()).isPresent()) {
      return read();
    }
    for (Path directory : directories()) {
      if (disk.stat(directory).isEmpty()) {
        disk.makeDirectory(directory);
      } else if (!disk.list(directory).isEmpty()) {
        throw refused(
            "is missing, but %s is not empty; put a good copy of that file back"
                .formatted(directory));
      }
    }
    Format format =
        Format.of(UUID.randomUUID(), node, clock.instant().truncatedTo(ChronoUnit.MILLIS));
    disk.remove(layout.newFormat());
    disk.write(layout.newFormat(), format.bytes());
    disk.sync(layout.root());
    disk.rename(layout.newFormat(), layout.format());
    disk.sync(layout.root());
    return format;
  }

  public Format read() throws StorageException, IOException {
    try {
      return Format.parse(disk.read(layout.format(), Record.MAX_BYTES));
    } catch (BadRecord e) {
      throw refused(e.why());
    }
  }

  /// Records that the pool belongs to another node; does nothing when it already does.
  public void adopt(String node) throws StorageException, IOException {
    Format format = read();
    if (!format.node().equals(node)) {
      disk.remove(layout.newFormat());
      disk.write(layout.newFormat(), format.of(node).bytes());
      disk.replace(layout.newFormat(), layout.format());
      disk.sync(layout.root());
    }
  }

  private List<Path> directories() {
    return List.of(layout.volumes(), layout.snapshots(), layout.staging(), layout.trash());
  }

  private StorageException refused(String why) {
    return new StorageException.NotReady(new Subject.At(layout.format()), why);
  }
}
