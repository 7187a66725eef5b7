package dev.nook.tools;

import dev.nook.driver.Main;
import dev.nook.tools.bench.BenchCommand;
import dev.nook.tools.quickstart.QuickstartCommand;
import java.util.Map;
import picocli.CommandLine;

/// The program as it is shipped: the driver, and beside it what tries it out.
public final class Nook {
  private Nook() {}

  public static void main(String[] arguments) {
    System.exit(commandLine(System.getenv()).execute(arguments));
  }

  /// The program, with what stands in for flags that are not given.
  public static CommandLine commandLine(Map<String, String> environment) {
    return Main.commandLine(environment, new QuickstartCommand(), new BenchCommand());
  }
}
