package dev.nook.driver;

import picocli.CommandLine.Option;

/// The driver's name, as every command that goes by it takes it.
final class DriverNameFlag {
  @Option(
      names = "--driver-name",
      paramLabel = "NAME",
      defaultValue = "csi.nook.dev",
      converter = FlagTypes.DriverName.class,
      description = "The driver's name, as StorageClasses call it (default: ${DEFAULT-VALUE}).")
  private String name = "";

  String name() {
    return name;
  }
}
