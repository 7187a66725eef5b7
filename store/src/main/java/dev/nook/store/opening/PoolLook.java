package dev.nook.store.opening;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.store.PoolConfig;
import dev.nook.store.health.PoolGlance;
import dev.nook.store.health.PoolGlance.State;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Format;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Record;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Reads the state of a pool from its disk, whether or not a driver serves it. Changes nothing, and
/// takes a lock only to see whether it is held.
public final class PoolLook {
  private final Disk disk;
  private final Layout layout;

  private PoolLook(Disk disk, Layout layout) {
    this.disk = disk;
    this.layout = layout;
  }

  public static PoolGlance at(PoolConfig config, Linux linux) {
    try {
      boolean image =
          config.image().isPresent() && linux.disk().stat(config.imageFile()).isPresent();
      return image && linux.mounts().at(config.path()).isEmpty()
          ? PoolGlance.of(State.UNMOUNTED)
          : new PoolLook(linux.disk(), new Layout(config.path())).glance();
    } catch (IOException | BadRecord e) {
      return PoolGlance.closed(String.valueOf(e.getMessage()));
    }
  }

  private PoolGlance glance() throws IOException, BadRecord {
    if (disk.stat(layout.root()).isEmpty()) {
      return PoolGlance.closed("there is no directory " + layout.root());
    }
    if (disk.stat(layout.format()).isEmpty()) {
      return PoolGlance.of(State.NEW);
    }
    Format format = Format.parse(disk.read(layout.format(), Record.MAX_BYTES));
    Optional<String> degraded = degraded();
    return new PoolGlance(
        degraded.isPresent() ? State.DEGRADED : State.OPEN,
        degraded,
        Optional.of(format.node()),
        templateBytes(),
        entries(layout.volumes()),
        entries(layout.snapshots()),
        held() ? Optional.of(holder()) : Optional.empty());
  }

  private int entries(Path directory) throws IOException {
    return disk.stat(directory).isEmpty() ? 0 : disk.list(directory).size();
  }

  private Optional<String> degraded() throws IOException {
    if (disk.stat(layout.degraded()).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(field(layout.degraded(), "why"));
    } catch (BadRecord e) {
      return Optional.of("its marker " + e.getMessage());
    }
  }

  /// Counts as the driver does; a template that is removed meanwhile holds 0 bytes.
  private long templateBytes() throws IOException {
    if (disk.stat(layout.staging()).isEmpty()) {
      return 0;
    }
    long bytes = 0;
    for (String entry : disk.list(layout.staging())) {
      if (Layout.isTemplate(entry)) {
        bytes +=
            disk.stat(new Home(layout.staging().resolve(entry)).image())
                .map(Disk.Stat::allocatedWithinSizeBytes)
                .orElse(0L);
      }
    }
    return bytes;
  }

  private boolean held() throws IOException {
    if (disk.stat(layout.lock()).isEmpty()) {
      return false;
    }
    try (Disk.Held free = disk.tryLock(layout.lock()).orElse(null)) {
      return free == null;
    }
  }

  private String holder() {
    try {
      return "process " + field(layout.holder(), "pid");
    } catch (IOException | BadRecord _) {
      return "another process";
    }
  }

  private String field(Path file, String name) throws IOException, BadRecord {
    return Record.parse(disk.read(file, Record.MAX_BYTES)).get(name);
  }
}
