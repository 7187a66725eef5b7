package dev.nook.store.volume;

/// What becomes of a volume whose filesystem is marked in error when it is to be mounted: its class
/// says so, and the CO hands it back at each stage (CSI spec, `volume_context`).
public enum OnDamage {
  /// It is not mounted until somebody has looked.
  REFUSE,
  /// It is mounted all the same, and told.
  MOUNT,
  /// It is not mounted, but repaired where that costs nothing.
  REPAIR
}
