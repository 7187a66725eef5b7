package dev.nook.store.planted.one;

import dev.nook.store.planted.two.Second;

/// One half of a cycle.
public record First(Second second) {}
