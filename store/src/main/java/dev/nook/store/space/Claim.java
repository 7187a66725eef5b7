package dev.nook.store.space;

import dev.nook.store.error.StorageException;
import java.io.IOException;

/// The bytes of a pool that one call has for what it makes: taken for the worst case before
/// anything is written, told the exact figure when the bytes are there, committed when what was
/// made stands. Closing it gives back what was not committed.
public final class Claim implements AutoCloseable {
  private final Claims claims;
  private final Ledger.Reservation reservation;
  private final QuotaLimits.Raise raise;

  Claim(Claims claims, Ledger.Reservation reservation, QuotaLimits.Raise raise) {
    this.claims = claims;
    this.reservation = reservation;
    this.raise = raise;
  }

  /// Claims what this charge has beyond the claim, and lets the volumes whose quotas it counts to
  /// hold what it shares; `Exhausted` when it is not there. What was made may have come to more
  /// than the worst case, because what it was made of was written meanwhile.
  public void atLeast(Charge exact) throws StorageException, IOException {
    claims.extend(reservation, exact);
    raise.to(exact.shares());
  }

  /// What was made stands, and is charged this, which [#atLeast] was told.
  public void commit(Charge exact) {
    reservation.settle(exact);
    raise.keep();
  }

  /// The bytes that are claimed, before overcommitment, without what is pinned.
  public long bytes() {
    return reservation.bytes();
  }

  @Override
  public void close() {
    reservation.cancel();
    raise.close();
  }
}
