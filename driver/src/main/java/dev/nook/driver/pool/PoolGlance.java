package dev.nook.driver.pool;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.Disk;
import dev.nook.store.pool.PoolConfig;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Format;
import dev.nook.store.record.Home;
import dev.nook.store.record.Layout;
import dev.nook.store.record.Record;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/// The state of a pool, read from its disk, whether or not a driver serves it. Reading changes
/// nothing.
///
/// @param why what keeps it from being served or written
/// @param node the node that it belongs to
/// @param templateBytes what templates of new volumes hold
/// @param volumes how many volumes it has
/// @param snapshots how many snapshots it has
/// @param holder the driver that serves it now
public record PoolGlance(
    State state,
    Optional<String> why,
    Optional<String> node,
    long templateBytes,
    int volumes,
    int snapshots,
    Optional<String> holder) {
  public enum State {
    /// No driver has served it yet.
    NEW,
    /// Its image is there, and no driver has mounted it since the host started.
    UNMOUNTED,
    OPEN,
    DEGRADED,
    CLOSED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static PoolGlance at(PoolConfig config, Linux linux) {
    try {
      boolean image = config.image().isPresent() && linux.disk().stat(image(config)).isPresent();
      return image && linux.mounts().at(config.path()).isEmpty()
          ? of(State.UNMOUNTED)
          : new Look(linux.disk(), new Layout(config.path())).glance();
    } catch (IOException | BadRecord e) {
      return closed(String.valueOf(e.getMessage()));
    }
  }

  /// Returns the file of a pool image.
  public static Path image(PoolConfig config) {
    return config.path().resolveSibling(config.path().getFileName() + ".img");
  }

  private static PoolGlance of(State state) {
    return new PoolGlance(state, Optional.empty(), Optional.empty(), 0, 0, 0, Optional.empty());
  }

  private static PoolGlance closed(String why) {
    return new PoolGlance(
        State.CLOSED, Optional.of(why), Optional.empty(), 0, 0, 0, Optional.empty());
  }

  private record Look(Disk disk, Layout layout) {
    PoolGlance glance() throws IOException, BadRecord {
      if (disk.stat(layout.root()).isEmpty()) {
        return closed("there is no directory " + layout.root());
      }
      if (disk.stat(layout.format()).isEmpty()) {
        return of(State.NEW);
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

    private int entries(Path room) throws IOException {
      return disk.stat(room).isEmpty() ? 0 : disk.list(room).size();
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
}
