package dev.nook.store.opening;

import dev.nook.linux.fs.Disk;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolTag;
import dev.nook.store.record.Layout;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/// Finds entries among a pool's volumes and snapshots that have another pool's tag: they were moved
/// there by hand, or written while another filesystem was mounted over their own pool. They are
/// neither served nor charged nor removed.
public final class ForeignEntries {
  private ForeignEntries() {}

  /// Returns the entries that are on disk now; none where there is no pool yet.
  public static List<Path> of(Layout layout, Disk disk) throws StorageException, IOException {
    if (disk.stat(layout.format()).isEmpty()) {
      return List.of();
    }
    PoolTag tag = PoolTag.of(new Founding(layout, disk, Clock.systemUTC()).read().pool());
    List<Path> found = new ArrayList<>();
    for (Path directory : List.of(layout.volumes(), layout.snapshots())) {
      for (String entry : disk.list(directory)) {
        if (Layout.isForeign(entry, tag)) {
          found.add(directory.resolve(entry));
        }
      }
    }
    return List.copyOf(found);
  }
}
