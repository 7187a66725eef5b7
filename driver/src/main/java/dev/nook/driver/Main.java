package dev.nook.driver;

import dev.nook.driver.cli.Environment;
import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.Version;
import dev.nook.driver.cluster.ClusterCommand;
import dev.nook.driver.controller.ControllerCommand;
import dev.nook.driver.doctor.DoctorCommand;
import dev.nook.driver.pool.PoolCommand;
import dev.nook.driver.pool.VolumesCommand;
import dev.nook.driver.serve.ServeCommand;
import dev.nook.driver.volume.VolumeCommand;
import dev.nook.linux.Linux;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// The program `nook`, with a subcommand for each thing it does.
@Command(
    name = "nook",
    description = "Turns the local disk of a Kubernetes node into CSI volumes.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Every flag is also an environment variable: --max-volumes is NOOK_MAX_VOLUMES.",
      "Exit codes: 0 done, 1 the answer is no, 64 wrong command line, 71 the host",
      "failed, 75 another driver holds a pool, 78 flags that cannot be used together."
    },
    subcommands = {
      ServeCommand.class,
      ControllerCommand.class,
      DoctorCommand.class,
      VolumesCommand.class,
      VolumeCommand.class,
      PoolCommand.class,
      ClusterCommand.class
    })
public final class Main {
  private static final String SERVE = "serve";

  public static void main(String[] arguments) {
    System.exit(execute(arguments, () -> commandLine(System.getenv())));
  }

  /// Executes a command line of this process.
  ///
  /// @param program all commands; they are made only if another one than `serve` is asked for
  public static int execute(String[] arguments, Supplier<CommandLine> program) {
    boolean serves = arguments.length > 0 && arguments[0].equals(SERVE);
    return (serves ? serveAlone(System.getenv()) : program.get()).execute(arguments);
  }

  /// Returns `nook serve` without its siblings: making those takes a driver's start longer than the
  /// JVM's own.
  static CommandLine serveAlone(Map<String, String> environment) {
    var _ = Thread.ofPlatform().daemon().name("nook-native").start(Linux::prepare);
    var line = new CommandLine(CommandSpec.create().name("nook"));
    line.addSubcommand(SERVE, new ServeCommand());
    line.getSubcommands().values().forEach(Main::standard);
    return complete(line, environment);
  }

  /// Returns the program; the environment stands in for flags that are not given.
  ///
  /// @param more further subcommands
  public static CommandLine commandLine(Map<String, String> environment, Object... more) {
    var line = new CommandLine(new Main());
    for (Object command : more) {
      line.addSubcommand(command);
    }
    standard(line);
    return complete(line, environment);
  }

  private static CommandLine complete(CommandLine line, Map<String, String> environment) {
    line.setDefaultValueProvider(new Environment(environment));
    line.setParameterExceptionHandler((misuse, _) -> misused(misuse));
    line.setExecutionExceptionHandler((failure, command, _) -> Failures.report(failure, command));
    return line;
  }

  private static void standard(CommandLine line) {
    line.getCommandSpec().mixinStandardHelpOptions(true).versionProvider(new Version());
    line.getSubcommands().values().forEach(Main::standard);
  }

  private static int misused(ParameterException misuse) {
    CommandLine command = misuse.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("nook: " + misuse.getMessage());
    err.println("Try '%s --help'.".formatted(command.getCommandSpec().qualifiedName()));
    return Exit.USAGE;
  }
}
