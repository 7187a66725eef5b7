package dev.nook.linux.fs.format;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.nook.linux.syscall.PseudoFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HexFormat;

/// A privilege that root may lack
/// ([capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html)).
public enum Capability {
  /// Needed for every mount.
  SYS_ADMIN(21),
  /// Needed to grow an ext4 while it is mounted.
  SYS_RESOURCE(24);

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String EFFECTIVE = "CapEff:";

  private final int bit;

  Capability(int bit) {
    this.bit = bit;
  }

  /// Whether this process may use it now.
  public boolean isEffective() throws IOException {
    String status = new String(PseudoFile.read(STATUS), US_ASCII);
    return status
        .lines()
        .filter(line -> line.startsWith(EFFECTIVE))
        .mapToLong(
            line -> HexFormat.fromHexDigitsToLong(line.substring(EFFECTIVE.length()).strip()))
        .anyMatch(set -> (set >> bit & 1) == 1);
  }
}
