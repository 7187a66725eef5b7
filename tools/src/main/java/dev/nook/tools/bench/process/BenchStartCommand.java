package dev.nook.tools.bench.process;

import dev.nook.client.Samples;
import dev.nook.driver.cli.Exit;
import dev.nook.linux.Linux;
import dev.nook.tools.bench.GrowingTable;
import dev.nook.tools.quickstart.CleanRun;
import dev.nook.tools.quickstart.FolderFlag;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Times starts of a driver until its first answer, in turns with a JVM that says hello and with a
/// gRPC server that does nothing else, each with the options and the archive of this process.
@Command(
    name = "start",
    description = {
      "Time the start of a driver as a process, with this program's JVM and options, until it",
      "answers Probe; in turns with a JVM that prints a line, and with a bare gRPC server."
    })
public final class BenchStartCommand implements Callable<Integer> {
  private static final int NAME_WIDTH = 26;

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "15",
      description = "Starts of each; one more comes before and is not counted (${DEFAULT-VALUE}).")
  private int starts = 15;

  @Option(
      names = "--beside",
      paramLabel = "OPTIONS",
      description = "Time the driver with these options of the JVM as well; may be repeated.")
  private List<String> beside = List.of();

  @Option(
      names = "--breakdown",
      description = "Also say where the time of one start goes, by the classes it initializes.")
  private boolean breakdown;

  @Mixin private FolderFlag directory = new FolderFlag(".nook/bench");

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = command.commandLine().getOut();
    var folder = directory.folder(Linux.host(), List.of(DriverFolder.POOL));
    return CleanRun.in(
        folder,
        out,
        _ -> {
          var driver = DriverFolder.in(folder);
          compare(driver, out);
          if (breakdown) {
            Breakdown.of(Jvm.ofThisProcess(), driver).print(out);
          }
          return Exit.OK;
        });
  }

  private void compare(DriverFolder folder, PrintWriter out)
      throws IOException, InterruptedException {
    Map<String, Contestant> contestants = contestants(folder);
    Map<String, List<Contestant.Start>> taken = new LinkedHashMap<>();
    for (int turn = 0; turn <= starts; turn++) {
      for (var contestant : contestants.entrySet()) {
        Contestant.Start start = contestant.getValue().start();
        if (turn > 0) {
          taken.computeIfAbsent(contestant.getKey(), _ -> new ArrayList<>()).add(start);
        }
      }
    }
    var table =
        new GrowingTable(out, NAME_WIDTH, "", "median", "fastest", "÷ hello", "CPU, median");
    Samples hello = wall(taken.values().iterator().next());
    taken.forEach((name, all) -> {
      Samples wall = wall(all);
      table.add(name, wall.text(50), wall.text(1), wall.medianOver(hello), cpu(all).text(50));
    });
  }

  private Map<String, Contestant> contestants(DriverFolder folder) {
    var jvm = Jvm.ofThisProcess();
    Map<String, Contestant> contestants = new LinkedHashMap<>();
    contestants.put("hello", Contestant.printing(jvm, Hello.class.getName()));
    contestants.put(
        "a bare gRPC server",
        Contestant.serving(jvm, BareServer.class.getName(), List.of(folder.endpoint()), folder));
    contestants.put("the driver", driver(jvm, folder));
    for (String options : beside) {
      contestants.put(options, driver(jvm.with(List.of(options.split(" +"))), folder));
    }
    return contestants;
  }

  private static Contestant driver(Jvm jvm, DriverFolder folder) {
    return Contestant.serving(jvm, DriverFolder.PROGRAM, folder.serve(), folder);
  }

  private static Samples wall(List<Contestant.Start> starts) {
    return Samples.of(starts.stream().map(Contestant.Start::wallNanos).toList());
  }

  private static Samples cpu(List<Contestant.Start> starts) {
    return Samples.of(starts.stream().map(Contestant.Start::cpuNanos).toList());
  }
}
