package dev.nook.cluster.peer;

import java.net.InetAddress;
import java.util.Optional;

/// A node, and where its driver serves controllers.
///
/// @param node the node's name, which its certificate must bear
/// @param host an address or a domain name
public record KnownPeer(String node, String host, int port) {
  private static final int LAST_PORT = 65535;

  /// Parses `NODE=HOST:PORT`, with an IPv6 address in brackets.
  public static KnownPeer parse(String text) {
    int end = text.lastIndexOf('=');
    int colon = text.lastIndexOf(':');
    if (end < 1 || colon < end + 2) {
      throw refused(text);
    }
    String host = text.substring(end + 1, colon);
    String port = text.substring(colon + 1);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (bracketed != host.contains(":")
        || !port.matches("[0-9]{1,5}")
        || Integer.parseInt(port) > LAST_PORT) {
      throw refused(text);
    }
    return new KnownPeer(
        text.substring(0, end), host.replaceAll("^\\[|]$", ""), Integer.parseInt(port));
  }

  /// Returns the address; empty for a domain name, which is looked up at each connection.
  Optional<InetAddress> address() {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "\"%s\" is not NODE=HOST:PORT, such as worker-1=10.0.0.7:9811".formatted(text));
  }
}
