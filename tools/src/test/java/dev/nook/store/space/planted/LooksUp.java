package dev.nook.store.space.planted;

import dev.nook.store.host.Pools;

/// Breaks the rule that a room of the store sees only what is below.
public interface LooksUp {
  Pools above();
}
