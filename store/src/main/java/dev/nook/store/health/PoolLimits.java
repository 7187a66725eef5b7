package dev.nook.store.health;

/// The most volumes and snapshots of a pool. Each entry is kept in memory and listed, however small
/// it is, so without a limit one tenant's snapshots of an empty volume could exhaust the driver's
/// memory.
public record PoolLimits(int volumes, int snapshots) {
  /// Both together fit the driver's heap (`driver/image/jvm.options`), and leave space for a second
  /// such pool.
  public static final PoolLimits DEFAULT = new PoolLimits(5_000, 10_000);

  public PoolLimits {
    if (volumes < 1 || snapshots < 1) {
      throw new IllegalArgumentException("a pool may hold at least one volume and one snapshot");
    }
  }
}
