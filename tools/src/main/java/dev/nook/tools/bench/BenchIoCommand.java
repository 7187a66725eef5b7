package dev.nook.tools.bench;

import dev.nook.client.CsiClient;
import dev.nook.driver.cli.FlagTypes;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.tools.bench.io.Fio;
import dev.nook.tools.bench.io.IoBench;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Measures reads and writes on volumes beside the same on the filesystem that their pool lies on.
@Command(
    name = "io",
    description = {
      "Measure reads and writes on volumes with fio.",
      "Each figure is a share of what the same load reaches on the filesystem of the folder itself, in the same run."
    })
final class BenchIoCommand implements Callable<Integer> {
  private static final String FOLDER_POOL = "folder";
  private static final long QUICK_BYTES = 16L << 20;
  private static final int VOLUMES_PER_POOL = 4;

  @Mixin private BenchFlags flags = new BenchFlags();

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "512Mi",
      converter = FlagTypes.Bytes.class,
      description = "Read and write files of this size (default: ${DEFAULT-VALUE}).")
  private long bytes = 512L << 20;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Let each load go on so long (default: ${DEFAULT-VALUE}).")
  private int seconds = 3;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "3",
      description = "Take the median of so many rounds (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    Fio.requireInstalled();
    PrintWriter out = command.commandLine().getOut();
    long size = flags.quick ? QUICK_BYTES : bytes;
    Fio fio = new Fio(size, flags.quick ? Duration.ZERO : Duration.ofSeconds(seconds));
    long pool = (VOLUMES_PER_POOL + 1) * IoBench.volumeBytes(size);
    return flags.measure(
        out,
        pool,
        pool,
        List.of(FOLDER_POOL),
        (client, folder) -> {
          try (var bench = new IoBench(client, folder, out, size)) {
            bench.directory("FOLDER", folder.root().resolve("fio"));
            volumes(bench, "", FOLDER_POOL);
            bench.directory("IMAGE", folder.pool(BenchFlags.POOL).resolve("fio"));
            volumes(bench, "IMAGE:", BenchFlags.POOL);
            bench.volume("IMAGE:DIRECTORY", CsiClient.mounted(""), ofDirectory());
            bench.run(fio, flags.quick ? 1 : rounds);
          }
        });
  }

  private static void volumes(IoBench bench, String prefix, String pool) throws IOException {
    Map<String, String> parameters = Map.of("pool", pool);
    bench.volume(prefix + "EXT4", CsiClient.mounted("ext4"), parameters);
    bench.volume(prefix + "XFS", CsiClient.mounted("xfs"), parameters);
    bench.volume(prefix + "RAW", CsiClient.block(), parameters);
  }

  private Map<String, String> ofDirectory() {
    Map<String, String> parameters = new HashMap<>();
    parameters.put("pool", BenchFlags.POOL);
    parameters.put("backend", "directory");
    if (flags.type != FileSystemType.BTRFS) {
      parameters.put("quota", "none");
    }
    return parameters;
  }
}
