package dev.nook.driver.cli;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/// Parses the address of the HTTP endpoint: `:9810`, `127.0.0.1:9810`, `[::1]:9810`. Host names are
/// refused, not looked up.
public final class HttpAddress {
  private static final int LAST_PORT = 65535;

  private HttpAddress() {}

  public static InetSocketAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon >= 0 && port.matches("[0-9]{1,5}") && Integer.parseInt(port) <= LAST_PORT) {
      String host = text.substring(0, colon);
      int number = Integer.parseInt(port);
      if (host.isEmpty()) {
        return new InetSocketAddress(number);
      }
      boolean bracketed = host.startsWith("[") && host.endsWith("]");
      if (bracketed == host.contains(":")) {
        return new InetSocketAddress(literal(text, host.replaceAll("^\\[|]$", "")), number);
      }
    }
    throw refused(text);
  }

  public static String text(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    String literal = host.getHostAddress();
    return "%s:%d"
        .formatted(
            host.isAnyLocalAddress()
                ? ""
                : host instanceof Inet6Address ? "[" + literal + "]" : literal,
            address.getPort());
  }

  private static InetAddress literal(String text, String host) {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException _) {
      throw refused(text);
    }
  }

  private static IllegalArgumentException refused(String text) {
    return new IllegalArgumentException(
        "\"%s\" is not [ADDRESS]:PORT, such as :9810, 127.0.0.1:9810 or [::1]:9810"
            .formatted(text));
  }
}
