package dev.nook.store.space;

import dev.nook.store.error.StorageException;
import dev.nook.store.space.policy.Charge;
import java.io.IOException;

/// The bytes of a pool that one call may use for what it makes. It is taken for the worst case
/// before anything is written, extended to the exact charge when that is known, and committed when
/// what was made is in place. Closing it gives back what was not committed.
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

  /// Claims what this charge exceeds the claim by, and raises the limits of the volumes towards
  /// whose quotas its shares count. Throws `Exhausted` when that is not available. The exact charge
  /// may exceed the worst case, because the source may have been written meanwhile.
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
