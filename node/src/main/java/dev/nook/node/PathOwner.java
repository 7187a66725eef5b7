package dev.nook.node;

/// Whose mounts the CSI convention puts at a path.
sealed interface PathOwner {
  /// The convention says nothing of the path.
  record Anybody() implements PathOwner {}

  /// Those of one driver.
  record Driver(String name) implements PathOwner {}

  /// Those of some driver, and nothing says which.
  ///
  /// @param why what is wrong with kubelet's record
  record Unnamed(String why) implements PathOwner {}
}
