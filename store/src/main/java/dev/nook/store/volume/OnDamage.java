package dev.nook.store.volume;

/// What to do with a volume whose filesystem is marked in error when it is to be mounted. The class
/// says so, and the CO hands it back at each stage (CSI spec, `volume_context`).
public enum OnDamage {
  /// It is not mounted until an administrator has acted.
  REFUSE,
  /// It is mounted anyway, and the damage is logged.
  MOUNT,
  /// It is not mounted, but repaired afterwards if that costs nothing.
  REPAIR
}
