package dev.nook.tools.quickstart;

import dev.nook.linux.Linux;
import dev.nook.rpc.Endpoint;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The flag for the folder in which a command with its own driver puts everything it makes.
public final class FolderFlag {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "The folder to use; it is removed afterwards (default: ${DEFAULT-VALUE}).")
  private Path directory;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  public FolderFlag(String directory) {
    this.directory = Path.of(directory);
  }

  public LocalFolder folder(Linux linux, List<String> pools) {
    var folder = new LocalFolder(linux, directory.toAbsolutePath().normalize(), pools);
    try {
      Endpoint _ = folder.endpoint();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          command.commandLine(),
          e.getMessage() + "; choose a folder with a shorter path with --dir");
    }
    return folder;
  }
}
