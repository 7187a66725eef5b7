package dev.nook.tools.bench.process;

import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.Size;
import dev.nook.linux.Linux;
import dev.nook.tools.quickstart.CleanRun;
import dev.nook.tools.quickstart.FolderFlag;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures what memory a driver takes, by what it is there for, at work and after it.
@Command(
    name = "memory",
    description = {
      "Measure the memory of a driver as a process, with this program's JVM and options: at",
      "rest, after 20 volumes, and after pods that came and went together; where asked for, also",
      "beside other volumes and after a time of churn. The first table shows what is resident by",
      "what it is for, and adds up. The driver runs with the JVM's native memory tracking and an",
      "attach thread, which take some 0.7 MiB more."
    })
public final class BenchMemoryCommand implements Callable<Integer> {
  private static final long POOL_BYTES = 6L << 30;
  private static final long QUICK_POOL_BYTES = 1L << 30;

  /// More than a volume takes that holds an empty ext4 of 32 MiB.
  private static final long VOLUME_BYTES = 2L << 20;

  @Option(
      names = "--volumes",
      paramLabel = "N",
      defaultValue = "0",
      description = "Also measure beside so many volumes in the pool (default: ${DEFAULT-VALUE}).")
  private int volumes;

  @Option(
      names = "--staged",
      paramLabel = "M",
      defaultValue = "0",
      description = "So many of them are staged and published (default: ${DEFAULT-VALUE}).")
  private int staged;

  @Option(
      names = "--pods",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many pods come and go together (default: ${DEFAULT-VALUE}).")
  private int pods = 100;

  @Option(
      names = "--churn",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "Also let pods come and go for so long, at the end (default: ${DEFAULT-VALUE}).")
  private int churnSeconds;

  @Option(
      names = "--rest",
      paramLabel = "SECONDS",
      defaultValue = "70",
      description = {
        "How long the driver rests after pods before it is measured; its idle threads end after",
        "a minute (default: ${DEFAULT-VALUE})."
      })
  private int restSeconds = 70;

  @Option(
      names = "--beside",
      paramLabel = "OPTIONS",
      defaultValue = "",
      description = "Run the driver with these options of the JVM as well.")
  private String beside = "";

  @Option(names = "--quick", description = "Take few volumes and little rest: a trial run.")
  private boolean quick;

  @Mixin private FolderFlag directory = new FolderFlag(".nook/bench");

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = command.commandLine().getOut();
    LocalFolder folder = directory.folder(Linux.host(), List.of(DriverFolder.POOL));
    return CleanRun.in(
        folder,
        out,
        _ -> {
          var place = DriverFolder.in(folder);
          var table = new MemoryTable();
          try (var driver = RunningDriver.start(jvm(), place, place.serve(pool()))) {
            new MemoryBench(driver, folder, table, out).measure(load());
          }
          table.print(out);
          return Exit.OK;
        });
  }

  private Jvm jvm() {
    Jvm jvm = Jvm.ofThisProcess().with(JvmFigures.OPTIONS);
    return beside.isBlank() ? jvm : jvm.with(List.of(beside.strip().split(" +")));
  }

  private String pool() {
    return "image=%s,fs=xfs,overcommit=100,volumes=50000"
        .formatted(
            Size.text(quick ? QUICK_POOL_BYTES : Math.max(POOL_BYTES, volumes * VOLUME_BYTES))
                .replace(" ", "")
                .replace("B", ""));
  }

  private MemoryBench.Load load() {
    return quick
        ? new MemoryBench.Load(2, 2, 2, 1, 1, 0)
        : new MemoryBench.Load(20, pods, volumes, staged, churnSeconds, restSeconds);
  }
}
