package dev.nook.driver.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A client that sends what it is told, byte by byte, and reads to the end.
public final class Http {
  private static final int PATIENCE = (int) Duration.ofSeconds(60).toMillis();

  private Http() {}

  public record Answer(int status, String head, String body) {}

  public static Answer get(InetSocketAddress address, String path) throws IOException {
    return send(
        address, "GET %s HTTP/1.1\r\nHost: nook\r\nConnection: close\r\n\r\n".formatted(path));
  }

  public static Answer send(InetSocketAddress address, String request) throws IOException {
    try (var socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout(PATIENCE);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int end = all.indexOf("\r\n\r\n");
      int status = Integer.parseInt(all.split(" ", 3)[1]);
      return new Answer(status, all.substring(0, end), all.substring(end + 4));
    }
  }
}
