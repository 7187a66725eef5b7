package dev.nook.tools.bench.process;

import java.nio.file.Path;

/// The options of the JVM that are shipped with the driver.
final class Shipped {
  /// One option, which names the file.
  static final String OPTIONS =
      "@" + Path.of("../driver/image/jvm.options").toAbsolutePath().normalize();

  private Shipped() {}
}
