package dev.nook.tools.bench;

import dev.nook.client.CsiClient;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures node calls beside other volumes that are staged.
@Command(
    name = "node",
    description = {
      "Measure the node calls of one more volume beside others that are staged and published:",
      "times, and what the driver did for each call: its system calls, the bytes that it read of",
      "/proc and /sys, and the processes that it started."
    })
final class BenchNodeCommand implements Callable<Integer> {
  private static final long POOL_BYTES = 6L << 30;
  private static final long QUICK_POOL_BYTES = 1L << 30;
  private static final int MOST_STAGED = 4000;
  private static final int MOST_DIRTY = 8; // A volume has 32 MiB.

  @Mixin private BenchFlags flags = new BenchFlags();

  @Option(
      names = "--staged",
      paramLabel = "N",
      split = ",",
      defaultValue = "0,100,1000",
      description = "How many others are staged, one number after the other (default: 0,100,1000).")
  private List<Integer> staged = List.of(0, 100, 1000);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "50",
      description = "How often each call is made beside so many (default: ${DEFAULT-VALUE}).")
  private int rounds = 50;

  @Option(
      names = "--together",
      paramLabel = "N",
      split = ",",
      description = {
        "Bring so many volumes up at once and take them down again, one number after the other,",
        "instead of measuring single calls."
      })
  private List<Integer> together = List.of();

  @Option(
      names = "--callers",
      paramLabel = "N",
      defaultValue = "8",
      description = "How many calls --together makes at once (default: ${DEFAULT-VALUE}).")
  private int callers = 8;

  @Option(
      names = "--dirty",
      paramLabel = "MIB",
      defaultValue = "0",
      description = {
        "How many MiB each volume of --together has been written and not synced when it is taken",
        "down (default: ${DEFAULT-VALUE})."
      })
  private int dirty;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    List<Integer> numbers = staged.stream().distinct().sorted().toList();
    requireWithin("--staged", 0, numbers);
    requireWithin("--together", 1, together);
    requireWithin("--callers", 1, List.of(callers));
    if (dirty < 0 || dirty > MOST_DIRTY) {
      throw new ParameterException(
          command.commandLine(), "--dirty takes numbers from 0 to %d".formatted(MOST_DIRTY));
    }
    requireWithin("--rounds", 1, List.of(rounds));
    PrintWriter out = command.commandLine().getOut();
    try (var driver = new CountedDriver()) {
      return flags.measure(
          out,
          flags.quick ? QUICK_POOL_BYTES : POOL_BYTES,
          0,
          driver::start,
          (client, folder) -> measure(client, folder, driver, numbers, out));
    }
  }

  private void requireWithin(String option, int least, List<Integer> numbers) {
    if (numbers.stream().anyMatch(number -> number < least || number > MOST_STAGED)) {
      throw new ParameterException(
          command.commandLine(),
          "%s takes numbers from %d to %d".formatted(option, least, MOST_STAGED));
    }
  }

  private void measure(
      CsiClient client,
      LocalFolder folder,
      CountedDriver driver,
      List<Integer> numbers,
      PrintWriter out)
      throws IOException, InterruptedException, ExecutionException {
    var others = new StagedVolumes(client, folder);
    if (!together.isEmpty()) {
      new TogetherBench(others, out, callers, (long) dirty << 20).measure(together);
      return;
    }
    Optional<DriverCounters> counters = driver.counters();
    if (counters.isEmpty()) {
      out.println(
          "System calls and processes cannot be counted here: %s".formatted(driver.uncounted()));
    }
    int times = flags.quick ? 2 : rounds;
    new NodeBench(client, others, counters, out, times).measure(numbers);
  }
}
