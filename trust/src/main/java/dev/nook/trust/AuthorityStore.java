package dev.nook.trust;

import java.io.IOException;

/// Where the authorities lie that all controllers of a cluster share.
interface AuthorityStore {
  /// What lay there at one moment.
  ///
  /// @param version changes with every write
  record Seen(String version, Authorities authorities) {}

  /// Returns what lies there; no authorities before the first were put there.
  Seen read() throws IOException;

  /// Puts others in their place; false, and nothing is changed, if somebody else did so after
  /// `seen` was read.
  boolean replace(Seen seen, Authorities next) throws IOException;

  /// Shows nodes whom to trust: certificates in PEM, without a key.
  void publish(String certificates) throws IOException;
}
