package dev.nook.driver;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// How the text of each flag becomes a type; what it refuses, it says what is allowed instead.
final class FlagTypes {
  /// sun_path holds 108 bytes, the last of them 0
  /// ([unix(7)](https://man7.org/linux/man-pages/man7/unix.7.html)).
  private static final int MOST_SOCKET_BYTES = 107;

  private static final int MOST_NODE_ID_BYTES = 192;
  private static final Pattern DRIVER_NAME =
      Pattern.compile("[a-zA-Z]([-a-zA-Z0-9.]{0,61}[a-zA-Z])?");

  private FlagTypes() {}

  static final class Pool implements ITypeConverter<PoolFlag> {
    @Override
    public PoolFlag convert(String text) {
      return allowing(() -> PoolFlag.parse(text));
    }
  }

  static final class Limit implements ITypeConverter<VolumeLimit> {
    @Override
    public VolumeLimit convert(String text) {
      return allowing(() -> VolumeLimit.parse(text));
    }
  }

  static final class Socket implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      Path path = Path.of(text.replaceFirst("^unix:(//)?", ""));
      if (!path.isAbsolute()) {
        throw new TypeConversionException(
            "\"%s\" is not a Unix socket such as unix:///run/nook/csi.sock".formatted(text));
      }
      if (path.toString().getBytes(StandardCharsets.UTF_8).length > MOST_SOCKET_BYTES) {
        throw new TypeConversionException(
            "a socket's path has at most %d bytes".formatted(MOST_SOCKET_BYTES));
      }
      return path;
    }
  }

  static final class Absolute implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      Path path = Path.of(text);
      if (!path.isAbsolute()) {
        throw new TypeConversionException("\"%s\" is not an absolute path".formatted(text));
      }
      return path.normalize();
    }
  }

  static final class NodeId implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (text.isBlank() || text.length() > MOST_NODE_ID_BYTES || !text.matches("\\p{Graph}+")) {
        throw new TypeConversionException(
            "\"%s\" is not a node's name: 1 to %d visible ASCII characters"
                .formatted(text, MOST_NODE_ID_BYTES));
      }
      return text;
    }
  }

  static final class DriverName implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (!DRIVER_NAME.matcher(text).matches()) {
        throw new TypeConversionException(
            "\"%s\" is not a domain name of at most 63 characters that begins and ends with a letter"
                .formatted(text));
      }
      return text;
    }
  }

  private interface Parse<T> {
    T parse();
  }

  private static <T> T allowing(Parse<T> parse) {
    try {
      return parse.parse();
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
