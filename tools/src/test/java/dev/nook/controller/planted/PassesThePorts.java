package dev.nook.controller.planted;

import dev.nook.store.host.Pools;

/// Breaks the rule that the store is entered by its ports.
public interface PassesThePorts {
  Pools behind();
}
