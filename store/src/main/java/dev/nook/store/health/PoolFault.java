package dev.nook.store.health;

import dev.nook.linux.fs.FileSystems;
import dev.nook.store.id.PoolName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One thing that is wrong with a pool, as it was seen last.
public record PoolFault(PoolName pool, Reason reason, String message) {
  /// Longer than any look takes on a disk that answers; looks are ten seconds apart.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// One tenth, or less, is nearly nothing.
  private static final int SCARCE = 10;

  /// A reason, with the name that stays the same for alerts and scripts.
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

    /// The name outside of this program, in CamelCase as CSI asks for.
    public String text() {
      return text;
    }

    /// Whether no volume of the pool can be served; else all are, with less than they should have.
    public boolean unreachable() {
      return unreachable;
    }
  }

  /// Returns what a pool's status shows to be wrong.
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
                  "%d of %d bytes can still be promised"
                      .formatted(status.availableBytes(), status.sizeBytes())));
      case PoolStatus.Health.Open _ -> List.of();
    };
  }

  /// Returns what a pool's filesystem shows to be wrong.
  ///
  /// @param overcommitted whether thin volumes are promised more than there is
  public static List<PoolFault> of(PoolName pool, FileSystems.Usage room, boolean overcommitted) {
    List<PoolFault> faults = new ArrayList<>();
    if (overcommitted && isScarce(room.availableBytes(), room.totalBytes())) {
      faults.add(
          new PoolFault(
              pool,
              Reason.POOL_SHORT,
              "its disk has %d of %d bytes free, and its volumes were promised more than there is"
                  .formatted(room.availableBytes(), room.totalBytes())));
    }
    if (isScarce(room.availableInodes(), room.totalInodes())) {
      faults.add(
          new PoolFault(
              pool,
              Reason.POOL_INODES_NEARLY_GONE,
              "%d of %d inodes are free".formatted(room.availableInodes(), room.totalInodes())));
    }
    return faults;
  }

  /// Returns what the age of a look shows to be wrong: who looks waits for the pool's disk.
  public static List<PoolFault> of(PoolName pool, Duration age) {
    return age.compareTo(PATIENCE) > 0
        ? List.of(
            new PoolFault(
                pool,
                Reason.POOL_UNRESPONSIVE,
                "its disk has not answered for %d seconds".formatted(age.toSeconds())))
        : List.of();
  }

  /// What is counted by nobody is not scarce.
  private static boolean isScarce(long left, long all) {
    return all > 0 && left < all / SCARCE;
  }
}
