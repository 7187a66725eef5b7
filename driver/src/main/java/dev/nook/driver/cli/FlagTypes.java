package dev.nook.driver.cli;

import static dev.nook.rpc.Topology.LONGEST_DRIVER;

import dev.nook.linux.fs.FileSystemType;
import dev.nook.rpc.Endpoint;
import dev.nook.store.PoolConfig;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Converts the text of flags to types. The message for what is refused says what is allowed.
public final class FlagTypes {
  private static final int MOST_NODE_ID_BYTES = 192;

  /// A domain name that is short enough for the topology key.
  private static final Pattern DRIVER_NAME =
      Pattern.compile("[a-zA-Z]([-a-zA-Z0-9.]{0,%d}[a-zA-Z])?".formatted(LONGEST_DRIVER - 2));

  private FlagTypes() {}

  static final class Pool implements ITypeConverter<PoolConfig> {
    @Override
    public PoolConfig convert(String text) {
      return allowing(() -> PoolFlag.parse(text));
    }
  }

  public static final class Limit implements ITypeConverter<VolumeLimit> {
    @Override
    public VolumeLimit convert(String text) {
      return allowing(() -> VolumeLimit.parse(text));
    }
  }

  public static final class Socket implements ITypeConverter<Endpoint> {
    @Override
    public Endpoint convert(String text) {
      return allowing(() -> Endpoint.parse(text));
    }
  }

  public static final class Http implements ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
      return allowing(() -> HttpAddress.parse(text));
    }
  }

  /// The address of somebody else, resolved when it is used.
  public static final class Remote implements ITypeConverter<InetSocketAddress> {
    @Override
    public InetSocketAddress convert(String text) {
      try {
        var uri = new URI("tcp", text, null, null, null).parseServerAuthority();
        if (uri.getHost() != null && uri.getPort() > 0 && uri.getUserInfo() == null) {
          return InetSocketAddress.createUnresolved(uri.getHost(), uri.getPort());
        }
      } catch (URISyntaxException | IllegalArgumentException _) {
        // The message below says what is wanted.
      }
      throw new TypeConversionException("\"%s\" is not HOST:PORT".formatted(text));
    }
  }

  public static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      return allowing(() -> Size.parse(text));
    }
  }

  /// A filesystem that shares blocks between files.
  public static final class PoolType implements ITypeConverter<FileSystemType> {
    @Override
    public FileSystemType convert(String text) {
      return switch (text) {
        case "xfs" -> FileSystemType.XFS;
        case "btrfs" -> FileSystemType.BTRFS;
        default -> throw new TypeConversionException("\"%s\" is not xfs or btrfs".formatted(text));
      };
    }
  }

  public static final class Absolute implements ITypeConverter<Path> {
    @Override
    public Path convert(String text) {
      Path path = Path.of(text);
      if (!path.isAbsolute()) {
        throw new TypeConversionException("\"%s\" is not an absolute path".formatted(text));
      }
      return path.normalize();
    }
  }

  public static final class NodeId implements ITypeConverter<String> {
    @Override
    public String convert(String text) {
      if (text.isBlank() || text.length() > MOST_NODE_ID_BYTES || !text.matches("\\p{Graph}+")) {
        throw new TypeConversionException(
            "\"%s\" is not a node's name, which has 1 to %d visible ASCII characters"
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
            "\"%s\" is not a domain name of at most %d characters that begins and ends with a letter"
                .formatted(text, LONGEST_DRIVER));
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
