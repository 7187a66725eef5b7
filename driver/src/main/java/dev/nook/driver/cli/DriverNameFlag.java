package dev.nook.driver.cli;

import picocli.CommandLine.Option;

/// The flag for the driver's name, for every command that needs it.
public final class DriverNameFlag {
  public static final String DEFAULT = "csi.nook.dev";

  @Option(
      names = "--driver-name",
      paramLabel = "NAME",
      defaultValue = DEFAULT,
      converter = FlagTypes.DriverName.class,
      description =
          "The driver's name, which StorageClasses name as provisioner (default: ${DEFAULT-VALUE}).")
  private String name = "";

  public String name() {
    return name;
  }
}
