package dev.nook.rpc.peer;

import java.util.Locale;

/// What the holder of a certificate is, and so what it may call.
public enum Role {
  /// Routes the calls of a whole cluster; may call the Identity, Controller and Peer services.
  CONTROLLER,

  /// Serves one node's volumes; may call nothing yet.
  NODE;

  /// Whether a node serves calls of this service to a caller with this role.
  boolean mayCall(String service) {
    return switch (this) {
      case CONTROLLER ->
          switch (service) {
            case "csi.v1.Identity", "csi.v1.Controller", "nook.v1.Peer" -> true;
            default -> false;
          };
      case NODE -> false;
    };
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
