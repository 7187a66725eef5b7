package dev.nook.store.health;

import java.util.Locale;
import java.util.Optional;

/// The state of a pool, read from its disk, whether or not a driver serves it. Reading changes
/// nothing.
///
/// @param why what keeps it from being served or written
/// @param node the node that it belongs to
/// @param templateBytes what templates of new volumes hold
/// @param volumes how many volumes it has
/// @param snapshots how many snapshots it has
/// @param holder the driver that serves it now
public record PoolGlance(
    State state,
    Optional<String> why,
    Optional<String> node,
    long templateBytes,
    int volumes,
    int snapshots,
    Optional<String> holder) {
  public enum State {
    /// No driver has served it yet.
    NEW,
    /// Its image is there, and no driver has mounted it since the host started.
    UNMOUNTED,
    OPEN,
    DEGRADED,
    CLOSED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Returns a pool about which nothing else is known.
  public static PoolGlance of(State state) {
    return new PoolGlance(state, Optional.empty(), Optional.empty(), 0, 0, 0, Optional.empty());
  }

  /// Returns a pool that cannot be served.
  public static PoolGlance closed(String why) {
    return new PoolGlance(
        State.CLOSED, Optional.of(why), Optional.empty(), 0, 0, 0, Optional.empty());
  }
}
