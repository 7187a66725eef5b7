package dev.nook.tools.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures Nook on this host: a real driver over a pool image in one folder, through its socket.
@Command(
    name = "bench",
    description = "Measure volumes, snapshots and calls on this host, in a local folder.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      BenchVolumesCommand.class,
      BenchSnapshotsCommand.class,
      BenchIoCommand.class,
      BenchNodeCommand.class,
      BenchControllerCommand.class,
      BenchDriverCommand.class
    })
public final class BenchCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "name what to measure");
  }
}
