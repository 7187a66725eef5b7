package dev.nook.node.path;

/// Whose mounts the CSI convention puts at a path.
public sealed interface PathOwner {
  /// The convention does not cover the path.
  record Anybody() implements PathOwner {}

  /// The mounts of one driver.
  record Driver(String name) implements PathOwner {}

  /// The mounts of a driver, and it is not known which.
  ///
  /// @param why what is wrong with kubelet's record
  record Unnamed(String why) implements PathOwner {}
}
