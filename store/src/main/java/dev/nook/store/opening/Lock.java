package dev.nook.store.opening;

import dev.nook.linux.fs.Disk;
import dev.nook.store.error.PoolHeld;
import dev.nook.store.id.PoolName;
import dev.nook.store.record.BadRecord;
import dev.nook.store.record.Record;
import dev.nook.store.steps.Patience;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;

/// A lock file, and beside it a hint that says who holds it. The lock file itself is never read
/// (that would drop the lock) and never unlinked (then two could hold it).
///
/// @param hint for people only; the pool opens even if the hint cannot be written on a full disk
public record Lock(PoolName pool, Path file, Path hint, String node, Disk disk, Clock clock) {
  public Disk.Held take(Patience patience) throws PoolHeld, IOException {
    do {
      var held = disk.tryLock(file);
      if (held.isPresent()) {
        leaveHint();
        return held.get();
      }
    } while (patience.pause());
    throw new PoolHeld(pool, holder());
  }

  private void leaveHint() {
    Record record =
        Record.of("holder")
            .with("pid", ProcessHandle.current().pid())
            .with("host", node)
            .with("since", clock.instant());
    try {
      disk.remove(hint);
      disk.write(hint, record.bytes());
    } catch (IOException _) {
      // Only the holder's name in another driver's message is lost.
    }
  }

  private String holder() {
    try {
      Record record = Record.parse(disk.read(hint, Record.MAX_BYTES)).require("holder");
      return "process %s on %s, since %s"
          .formatted(record.get("pid"), record.get("host"), record.get("since"));
    } catch (BadRecord | IOException _) {
      return "another process";
    }
  }
}
