package dev.nook.rpc;

import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// The socket on which the driver listens: `unix:///path`, `unix:/path` or `unix:path` ([naming](
/// https://github.com/grpc/grpc/blob/master/doc/naming.md)).
///
/// @param socket absolute
public record Endpoint(Path socket) {
  private static final String SCHEME = "unix:";

  /// sun_path without its NUL ([unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html)).
  private static final int LONGEST_PATH = 107;

  public Endpoint {
    Path fileName = socket.getFileName();
    if (!socket.isAbsolute() || fileName == null) {
      throw new IllegalArgumentException(
          "endpoint %s: must be the path of a socket".formatted(socket));
    }
    if (socket.toString().getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
      throw new IllegalArgumentException(
          "endpoint %s: a socket's path may have at most %d bytes".formatted(socket, LONGEST_PATH));
    }
  }

  public static Endpoint parse(String text) {
    if (!text.startsWith(SCHEME)) {
      throw new IllegalArgumentException(
          "endpoint %s: must be unix:///path/to/csi.sock".formatted(text));
    }
    String path = text.substring(SCHEME.length());
    try {
      return new Endpoint(
          Path.of(path.startsWith("//") ? path.substring(2) : path).toAbsolutePath().normalize());
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("endpoint %s: %s".formatted(text, e.getReason()), e);
    }
  }

  public Path directory() {
    Path parent = socket.getParent();
    return parent == null ? socket : parent;
  }

  @Override
  public String toString() {
    return "unix://" + socket;
  }
}
