package dev.nook.tools;

import dev.nook.driver.Main;
import dev.nook.tools.bench.BenchCommand;
import dev.nook.tools.bench.process.BenchMemoryCommand;
import dev.nook.tools.bench.process.BenchStartCommand;
import dev.nook.tools.quickstart.QuickstartCommand;
import java.util.Map;
import picocli.CommandLine;

/// The program as it is shipped: the driver's commands and those that try it out.
public final class Nook {
  private Nook() {}

  public static void main(String[] arguments) {
    System.exit(Main.execute(arguments, () -> commandLine(System.getenv())));
  }

  /// Returns the program; the environment stands in for flags that are not given.
  public static CommandLine commandLine(Map<String, String> environment) {
    var bench = new CommandLine(new BenchCommand());
    bench.addSubcommand(new BenchStartCommand());
    bench.addSubcommand(new BenchMemoryCommand());
    return Main.commandLine(environment, new QuickstartCommand(), bench);
  }
}
