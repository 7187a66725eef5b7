package dev.nook.store.space;

import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.id.StoredId;
import dev.nook.store.record.Home;
import dev.nook.store.space.policy.Charge;
import java.io.IOException;

/// Claims the bytes of a pool for calls, before they write any. Where there are too few, space is
/// reclaimed first: from templates, and from what was deleted and waits to be removed.
public final class Claims {
  /// One try to claim bytes.
  public interface Attempt {
    Ledger.Outcome make() throws IOException;
  }

  /// Reclaims space when there is too little.
  public interface Reclaimer {
    /// Removes what it can until the attempt succeeds; false when it never does.
    boolean reclaimUntil(Attempt attempt) throws IOException;
  }

  private final PoolName pool;
  private final Ledger ledger;
  private final QuotaLimits limits;
  private final Reclaimer reclaimer;

  public Claims(PoolName pool, Ledger ledger, QuotaLimits limits, Reclaimer reclaimer) {
    this.pool = pool;
    this.ledger = ledger;
    this.limits = limits;
    this.reclaimer = reclaimer;
  }

  /// Claims the worst case of something that is to be made. Throws `Exhausted`, and claims nothing,
  /// when that is not available.
  public Claim claim(StoredId id, Charge worst) throws StorageException, IOException {
    return claim(id, Charge.of(0, worst.provisioning()), worst);
  }

  /// Claims what an existing volume may need beyond its charge. Throws `Exhausted`, and claims
  /// nothing, when that is not available.
  public Claim claim(StoredId id, Charge from, Charge worst) throws StorageException, IOException {
    return claim(new Key.Stored(id), from, worst);
  }

  /// Claims the worst case of a copy that is used in `staging/` only. Throws `Exhausted`, and
  /// claims nothing, when that is not available.
  public Claim claim(Home staged, Charge worst) throws StorageException, IOException {
    return claim(new Key.Staged(Entry.of(staged)), Charge.of(0, worst.provisioning()), worst);
  }

  private Claim claim(Key key, Charge from, Charge worst) throws StorageException, IOException {
    var claim = new Claim(ledger.open(key, from), limits.raise(), this::extend);
    try {
      claim.atLeast(worst);
      return claim;
    } catch (StorageException | IOException | RuntimeException | Error e) {
      claim.close();
      throw e;
    }
  }

  private void extend(Ledger.Reservation reservation, Charge charge)
      throws StorageException, IOException {
    boolean claimed =
        reservation.extend(charge) == Ledger.Outcome.CLAIMED
            || ledger.fitsAnEmptyPool(charge)
                && reclaimer.reclaimUntil(() -> reservation.extend(charge));
    if (!claimed) {
      throw new StorageException.Exhausted(
          pool, charge.neededBytes(), ledger.lastAvailable(charge.provisioning()));
    }
  }
}
