package dev.nook.store.space;

import dev.nook.store.record.Home;

/// A directory in `staging/` or in `trash/`, by its name, which it keeps when it is moved from one
/// to the other.
public record Entry(String name) {
  public static Entry of(Home home) {
    return new Entry(home.name());
  }
}
