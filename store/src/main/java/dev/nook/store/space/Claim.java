package dev.nook.store.space;

import dev.nook.store.error.StorageException;
import dev.nook.store.space.policy.Charge;
import java.io.IOException;

/// The bytes of a pool that one call has for what it makes: taken for the worst case before
/// anything is written, told the exact figure when the bytes are there, committed when what was
/// made stands. Closing it gives back what was not committed.
public final class Claim implements AutoCloseable {
  /// Claims more for a reservation; `Exhausted`, and nothing more is claimed, when that is not
  /// there.
  interface Extension {
    void to(Ledger.Reservation reservation, Charge charge) throws StorageException, IOException;
  }

  private final Ledger.Reservation reservation;
  private final QuotaLimits.Raise raise;
  private final Extension extension;

  Claim(Ledger.Reservation reservation, QuotaLimits.Raise raise, Extension extension) {
    this.reservation = reservation;
    this.raise = raise;
    this.extension = extension;
  }

  /// Claims what this charge has beyond the claim, and lets the volumes whose quotas it counts to
  /// hold what it shares; `Exhausted` when it is not there. What was made may have come to more
  /// than the worst case, because what it was made of was written meanwhile.
  public void atLeast(Charge exact) throws StorageException, IOException {
    extension.to(reservation, exact);
    raise.to(exact.shares());
  }

  /// Charges what was made, and stands, what [#atLeast] was told.
  public void commit(Charge exact) {
    reservation.settle(exact);
    raise.commit();
  }

  /// Returns the bytes that are claimed, before overcommitment, without what is pinned.
  public long bytes() {
    return reservation.bytes();
  }

  @Override
  public void close() {
    reservation.cancel();
    raise.close();
  }
}
