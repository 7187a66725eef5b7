package dev.nook.tools.bench;

import dev.nook.linux.fs.FileSystemType;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Times the calls of a volume's life, with one and more callers, from templates and without, and
/// beside other volumes; and what of a creation is mkfs.
@Command(name = "volumes", description = "Time each call of a volume's life.")
final class BenchVolumesCommand implements Callable<Integer> {
  private static final long POOL_BYTES = 8L << 30;
  private static final long QUICK_POOL_BYTES = 1L << 30;
  private static final List<FileSystemType> TYPES =
      List.of(FileSystemType.EXT4, FileSystemType.XFS);
  private static final List<Long> SIZES = List.of(1L << 30, 100L << 30);

  @Mixin private BenchFlags flags = new BenchFlags();

  @Option(
      names = "--present",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Time a create beside at most so many volumes (default: ${DEFAULT-VALUE}).")
  private int present = 10_000;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = command.commandLine().getOut();
    long poolBytes = flags.quick ? QUICK_POOL_BYTES : POOL_BYTES;
    return flags.measure(
        out,
        poolBytes,
        0,
        (client, folder) -> {
          var bench =
              flags.quick
                  ? new VolumesBench(client, folder, out, 2, 1)
                  : new VolumesBench(client, folder, out, 24, 5);
          bench.warmUp();
          for (FileSystemType type : TYPES) {
            bench.calls(type, 1, 2, 8);
          }
          bench.sizes(1, 8);
          bench.besideOthers(
              IntStream.of(0, 100, 1_000, 10_000)
                  .filter(many -> many <= (flags.quick ? 100 : present))
                  .toArray());
          format(new FormatBench(folder.linux(), folder.pool(BenchFlags.POOL), out, rounds()));
        });
  }

  private int rounds() {
    return flags.quick ? 1 : 25;
  }

  private void format(FormatBench bench) throws Exception {
    for (FileSystemType type : TYPES) {
      for (long bytes : flags.quick ? SIZES.subList(0, 1) : SIZES) {
        bench.compare(type, bytes);
      }
    }
  }
}
