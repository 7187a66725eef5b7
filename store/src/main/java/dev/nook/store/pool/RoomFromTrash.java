package dev.nook.store.pool;

import dev.nook.store.pool.CapacityLedger.Promise;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// Makes room for a call that finds none, of templates and of what was deleted and waits for the
/// next sweep. A call waits for it, so it takes its time from a bounded patience: another one that
/// is stuck removing something, on a disk that hangs, holds up no call for longer.
final class RoomFromTrash implements CapacityLedger.Relief {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /// Filesystems show what was removed as free a moment later.
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private final Templates templates;
  private final Trash trash;
  private final Allowances allowances;

  RoomFromTrash(Templates templates, Trash trash, Allowances allowances) {
    this.templates = templates;
    this.trash = trash;
    this.allowances = allowances;
  }

  @Override
  public boolean until(CapacityLedger.Attempt attempt) throws IOException {
    Patience patience = new Patience(LONGEST);
    templates.hold();
    try {
      templates.drop(patience);
      return until(attempt, patience);
    } finally {
      templates.release();
    }
  }

  private boolean until(CapacityLedger.Attempt attempt, Patience patience) throws IOException {
    Set<String> met = new HashSet<>();
    long discards;
    do {
      discards = trash.discards();
      for (String entry : trash.entries(patience)) {
        if (met.add(entry) && trash.remove(entry, patience) && attempt.make() == Promise.MADE) {
          return true;
        }
      }
      if (settled(attempt, patience, !met.isEmpty())) {
        return true;
      }
      // Others may have taken what was removed here, and left as much in the trash meanwhile.
    } while (trash.discards() != discards && !patience.isOver());
    return false;
  }

  private boolean settled(CapacityLedger.Attempt attempt, Patience patience, boolean removed)
      throws IOException {
    Patience settling = new Patience(removed ? SETTLING : Duration.ZERO);
    while (true) {
      trash.reclaim();
      allowances.settle();
      Promise promise = attempt.make();
      if (promise == Promise.MADE) {
        return true;
      }
      boolean worthWaiting =
          trash.isGivingBack()
              ? patience.pause()
              : promise == Promise.NOT_FREE_YET && settling.pause();
      if (!worthWaiting) {
        return false;
      }
    }
  }
}
