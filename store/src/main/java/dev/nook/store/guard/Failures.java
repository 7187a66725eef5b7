package dev.nook.store.guard;

import dev.nook.linux.syscall.Errno;
import dev.nook.linux.syscall.SystemCallException;
import dev.nook.store.error.Scope;
import dev.nook.store.error.StorageException;
import dev.nook.store.id.PoolName;
import dev.nook.store.space.Ledger;
import dev.nook.store.volume.Shape.Provisioning;
import java.io.IOException;
import java.util.Set;

/// What a failed call means for whoever asked for it: a full disk is [StorageException.Exhausted],
/// what failed inside one volume is that volume's [StorageException.NotReady], and only what failed
/// on the pool's own paths can make the pool degraded.
public final class Failures {
  private static final Set<Errno> FULL = Set.of(Errno.ENOSPC, Errno.EDQUOT, Errno.EFBIG);

  private final PoolName pool;
  private final Health health;
  private final Ledger ledger;

  public Failures(PoolName pool, Health health, Ledger ledger) {
    this.pool = pool;
    this.health = health;
    this.ledger = ledger;
  }

  public static boolean isFull(IOException e) {
    return e instanceof SystemCallException call && FULL.contains(call.errno());
  }

  /// Of a call that changes the pool; an exception that is returned is this host's.
  public IOException met(IOException e, long neededBytes) throws StorageException {
    if (e instanceof Scope.Failure failure && failure.scope() == Scope.VOLUME) {
      throw ofVolume(failure, neededBytes);
    }
    health.met(e);
    return unlessFull(e, neededBytes);
  }

  /// A volume fails too when its pool has no block left for it, or loses what is written.
  private StorageException ofVolume(Scope.Failure failure, long neededBytes)
      throws StorageException {
    if (health.asked()) {
      return exhausted(failure, neededBytes);
    }
    health.requireWritable();
    return new StorageException.NotReady(
        failure.subject(),
        "its own filesystem has failed (%s), and nothing else in pool %s; stop its pod and check that filesystem"
            .formatted(failure.why(), pool));
  }

  public IOException unlessFull(IOException e, long neededBytes) throws StorageException {
    if (isFull(e)) {
      throw exhausted(e, neededBytes);
    }
    return e;
  }

  private StorageException exhausted(IOException e, long neededBytes) {
    return new StorageException.Exhausted(
        pool, e, neededBytes, ledger.lastAvailable(Provisioning.THICK));
  }
}
