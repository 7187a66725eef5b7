package dev.nook.store.error;

import dev.nook.store.id.PoolName;

/// Another driver holds a pool, and held it for as long as this one was willing to wait.
public final class PoolHeld extends Exception {
  private final PoolName pool;
  private final String holder;

  /// @param holder who it is, as far as known
  public PoolHeld(PoolName pool, String holder) {
    super("pool %s is held by %s".formatted(pool, holder));
    this.pool = pool;
    this.holder = holder;
  }

  public PoolName pool() {
    return pool;
  }

  public String holder() {
    return holder;
  }
}
