package dev.nook.driver.cli;

import picocli.CommandLine.Option;

/// The driver's name, as every command that goes by it takes it.
public final class DriverNameFlag {
  @Option(
      names = "--driver-name",
      paramLabel = "NAME",
      defaultValue = "csi.nook.dev",
      converter = FlagTypes.DriverName.class,
      description = "The driver's name, as StorageClasses call it (default: ${DEFAULT-VALUE}).")
  private String name = "";

  public String name() {
    return name;
  }
}
