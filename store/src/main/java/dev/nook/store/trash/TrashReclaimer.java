package dev.nook.store.trash;

import dev.nook.store.space.Claims;
import dev.nook.store.space.Ledger.Outcome;
import dev.nook.store.space.QuotaLimits;
import dev.nook.store.steps.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// Reclaims space for a call that finds too little: from templates, and from what was deleted and
/// waits for the next sweep. The call waits for ten seconds at most, even where another call or the
/// sweep is stuck removing something on a disk that hangs.
public final class TrashReclaimer implements Claims.Reclaimer {
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /// Filesystems show what was removed as free a moment later.
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private final Templates templates;
  private final Trash trash;
  private final QuotaLimits limits;

  public TrashReclaimer(Templates templates, Trash trash, QuotaLimits limits) {
    this.templates = templates;
    this.trash = trash;
    this.limits = limits;
  }

  @Override
  public boolean reclaimUntil(Claims.Attempt attempt) throws IOException {
    Patience patience = new Patience(LONGEST);
    templates.hold();
    try {
      templates.drop(patience);
      return until(attempt, patience);
    } finally {
      templates.release();
    }
  }

  private boolean until(Claims.Attempt attempt, Patience patience) throws IOException {
    Set<String> met = new HashSet<>();
    long discards;
    do {
      discards = trash.discards();
      for (String entry : trash.entries(patience)) {
        if (met.add(entry) && trash.remove(entry, patience) && attempt.make() == Outcome.CLAIMED) {
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

  private boolean settled(Claims.Attempt attempt, Patience patience, boolean removed)
      throws IOException {
    Patience settling = new Patience(removed ? SETTLING : Duration.ZERO);
    while (true) {
      trash.reclaim();
      limits.settle(trash::keepsCopies);
      Outcome outcome = attempt.make();
      if (outcome == Outcome.CLAIMED) {
        return true;
      }
      boolean worthWaiting =
          trash.isGivingBack()
              ? patience.pause()
              : outcome == Outcome.NOT_FREE_YET && settling.pause();
      if (!worthWaiting) {
        return false;
      }
    }
  }
}
