package dev.nook.store.guard;

import dev.nook.store.error.Scope;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.space.Ledger;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;

/// Says what the failure of a system call means for a caller: a full disk is
/// [StorageException.Exhausted], what failed inside one volume is that volume's
/// [StorageException.NotReady], and only what failed on the pool's own paths can degrade the pool.
public final class Failures {
  private final PoolName pool;
  private final Health health;
  private final Ledger ledger;

  public Failures(PoolName pool, Health health, Ledger ledger) {
    this.pool = pool;
    this.health = health;
    this.ledger = ledger;
  }

  /// Judges the failure of a call that changes the pool. An exception that is returned says that
  /// the host has failed.
  public IOException met(IOException e, long neededBytes) throws StorageException {
    if (e instanceof Scope.Failure failure && failure.scope() == Scope.VOLUME) {
      throw ofVolume(failure, neededBytes);
    }
    health.met(e);
    return unlessFull(e, neededBytes);
  }

  /// Asks the disk first: a volume fails too when its pool has no block left, or loses writes.
  private StorageException ofVolume(Scope.Failure failure, long neededBytes)
      throws StorageException {
    if (health.asked()) {
      return exhausted(failure, neededBytes);
    }
    health.requireWritable();
    return new StorageException.NotReady(
        failure.subject(),
        "its own filesystem has failed (%s), but pool %s has not; stop its pod and check that filesystem"
            .formatted(failure.why(), pool));
  }

  public IOException unlessFull(IOException e, long neededBytes) throws StorageException {
    if (Health.isFull(e)) {
      throw exhausted(e, neededBytes);
    }
    return e;
  }

  private StorageException exhausted(IOException e, long neededBytes) {
    return new StorageException.Exhausted(
        pool, e, neededBytes, ledger.lastAvailable(Provisioning.THICK));
  }
}
