package dev.nook.driver.cli;

import picocli.CommandLine.IVersionProvider;

/// Prints the release, from the jar's manifest.
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return new String[] {"nook " + text()};
  }

  public static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
