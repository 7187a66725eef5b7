package dev.nook.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Privileges that root may have been denied
/// ([capabilities(7)](https://man7.org/linux/man-pages/man7/capabilities.7.html)).
enum Capability {
  CAP_SYS_ADMIN(21),
  CAP_SYS_RESOURCE(24);

  private static final Path STATUS = Path.of("/proc/self/status");

  private final int bit;

  Capability(int bit) {
    this.bit = bit;
  }

  /// Whether this process has it.
  boolean held() throws IOException {
    return in(Files.readString(STATUS));
  }

  boolean in(String status) throws IOException {
    return status
        .lines()
        .filter(line -> line.startsWith("CapEff:"))
        .findFirst()
        .map(line -> Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16))
        .map(effective -> (effective >>> bit & 1) == 1)
        .orElseThrow(() -> new IOException(STATUS + " has no line CapEff"));
  }
}
