package dev.nook.driver.cluster;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Looks at the whole cluster, from a pod of Nook's or with kubectl, and changes nothing.
@Command(
    name = "cluster",
    description = "Look at Nook's volumes in the whole cluster.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = ClusterLostCommand.class)
public final class ClusterCommand implements Runnable {
  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(command.commandLine(), "a subcommand is missing, such as lost");
  }
}
