package dev.nook.tools.bench;

import dev.nook.client.CsiClient;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures the calls that change what a pool holds.
@Command(
    name = "controller",
    description = {
      "Measure the calls that make and delete volumes and snapshots, by callers at once: times, and",
      "for a single caller how often the driver synced (fsync, fdatasync, syncfs) for each call."
    })
final class BenchControllerCommand implements Callable<Integer> {
  private static final long POOL_BYTES = 4L << 30;
  private static final long QUICK_POOL_BYTES = 1L << 30;
  private static final int MOST_CALLERS = 64;

  @Mixin private BenchFlags flags = new BenchFlags();

  @Option(
      names = "--callers",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8",
      description = "How many calls are made at once, one number after the other (default: 1,8).")
  private List<Integer> callers = List.of(1, 8);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How often 16 of each call are made (default: ${DEFAULT-VALUE}).")
  private int rounds = 10;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    if (rounds < 1 || callers.stream().anyMatch(many -> many < 1 || many > MOST_CALLERS)) {
      throw new ParameterException(
          command.commandLine(),
          "--rounds takes a number from 1, --callers numbers from 1 to " + MOST_CALLERS);
    }
    PrintWriter out = command.commandLine().getOut();
    try (var driver = new CountedDriver()) {
      return flags.measure(
          out,
          flags.quick ? QUICK_POOL_BYTES : POOL_BYTES,
          0,
          driver::start,
          (client, folder) -> measure(client, folder, driver, out));
    }
  }

  private void measure(CsiClient client, LocalFolder folder, CountedDriver driver, PrintWriter out)
      throws IOException, InterruptedException, ExecutionException {
    if (driver.counters().isEmpty()) {
      out.println("Syncs cannot be counted here: %s".formatted(driver.uncounted()));
    }
    new ControllerBench(client, folder, driver.counters(), out, flags.quick ? 1 : rounds)
        .measure(callers);
  }
}
