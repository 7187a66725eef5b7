package dev.nook.driver.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/// The flag for the directory in which kubelet keeps its pods and plugins.
public final class KubeletFlag {
  public static final String DEFAULT = "/var/lib/kubelet";

  @Option(
      names = "--kubelet-dir",
      paramLabel = "DIR",
      defaultValue = DEFAULT,
      converter = FlagTypes.Absolute.class,
      description = "Kubelet's directory (default: ${DEFAULT-VALUE}).")
  private Path directory = Path.of(DEFAULT);

  public Path directory() {
    return directory;
  }
}
