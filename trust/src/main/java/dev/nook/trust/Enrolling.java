package dev.nook.trust;

import java.io.IOException;

/// Tells which node it is that asks for a certificate, by a token that the cluster gave it.
interface Enrolling {
  /// What a token proves.
  sealed interface Proof {
    /// The token is that of a living pod of the driver on this node.
    record Node(String name) implements Proof {}

    /// It is not, for this reason.
    record Refused(String reason) implements Proof {}
  }

  /// Returns what this token proves now. Throws IOException while the cluster cannot be asked.
  Proof prove(String token) throws IOException;
}
