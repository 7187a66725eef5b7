package dev.nook.store.health;

import dev.nook.linux.fs.FileSystems;
import dev.nook.store.id.PoolName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A fault of a pool, as it was last seen.
public record PoolFault(PoolName pool, Reason reason, String message) {
  /// Longer than a look takes on a disk that answers; looks are ten seconds apart.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// Less than one tenth is scarce.
  private static final int SCARCE = 10;

  /// A reason, with a name that alerts and scripts can rely on.
  public enum Reason {
    POOL_CLOSED("PoolClosed", true),
    POOL_UNRESPONSIVE("PoolUnresponsive", true),
    POOL_DEGRADED("PoolDegraded", false),
    POOL_NEARLY_FULL("PoolNearlyFull", false),
    POOL_SHORT("PoolShort", false),
    POOL_INODES_NEARLY_GONE("PoolInodesNearlyGone", false),
    POOL_FILESYSTEM_ERRORS("PoolFilesystemErrors", false),
    HOUSEKEEPING_FAILS("HousekeepingFails", false);

    private final String text;
    private final boolean unreachable;

    Reason(String text, boolean unreachable) {
      this.text = text;
      this.unreachable = unreachable;
    }

    /// Returns the name outside of this program, in CamelCase as CSI demands.
    public String text() {
      return text;
    }

    /// Whether no volume of the pool can be served; otherwise all are, with restrictions.
    public boolean unreachable() {
      return unreachable;
    }
  }

  /// Returns the faults that a pool's status shows.
  public static List<PoolFault> of(PoolStatus status) {
    PoolName pool = status.name();
    return switch (status.health()) {
      case PoolStatus.Health.Starting _ -> List.of();
      case PoolStatus.Health.Closed(var why) ->
          List.of(new PoolFault(pool, Reason.POOL_CLOSED, why));
      case PoolStatus.Health.Degraded(var why) ->
          List.of(new PoolFault(pool, Reason.POOL_DEGRADED, why));
      case PoolStatus.Health.Open _ when isScarce(status.availableBytes(), status.sizeBytes()) ->
          List.of(
              new PoolFault(
                  pool,
                  Reason.POOL_NEARLY_FULL,
                  "%d of %d bytes are left for volumes"
                      .formatted(status.availableBytes(), status.sizeBytes())));
      case PoolStatus.Health.Open _ -> List.of();
    };
  }

  /// Returns the faults that a pool's filesystem shows.
  ///
  /// @param overcommitted whether thin volumes are promised more than there is
  public static List<PoolFault> of(PoolName pool, FileSystems.Usage usage, boolean overcommitted) {
    List<PoolFault> faults = new ArrayList<>();
    if (overcommitted && isScarce(usage.availableBytes(), usage.totalBytes())) {
      faults.add(
          new PoolFault(
              pool,
              Reason.POOL_SHORT,
              "its disk has %d of %d bytes free, and its volumes were promised more than there is"
                  .formatted(usage.availableBytes(), usage.totalBytes())));
    }
    if (isScarce(usage.availableInodes(), usage.totalInodes())) {
      faults.add(
          new PoolFault(
              pool,
              Reason.POOL_INODES_NEARLY_GONE,
              "%d of %d inodes are free".formatted(usage.availableInodes(), usage.totalInodes())));
    }
    return faults;
  }

  /// Returns the fault that the age of the last look shows: a look waits for the pool's disk.
  public static List<PoolFault> of(PoolName pool, Duration age) {
    return age.compareTo(PATIENCE) > 0
        ? List.of(
            new PoolFault(
                pool,
                Reason.POOL_UNRESPONSIVE,
                "its disk has not answered for %d seconds".formatted(age.toSeconds())))
        : List.of();
  }

  /// Whether less than a tenth is left; where nothing is counted, nothing is scarce.
  private static boolean isScarce(long left, long all) {
    return all > 0 && left < all / SCARCE;
  }
}
