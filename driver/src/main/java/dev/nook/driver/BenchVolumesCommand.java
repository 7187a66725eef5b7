package dev.nook.driver;

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

/// Times the calls of a volume's life, with one and more callers and beside other volumes.
@Command(name = "volumes", description = "Time each call of a volume's life.")
final class BenchVolumesCommand implements Callable<Integer> {
  private static final long POOL_BYTES = 8L << 30;
  private static final long QUICK_POOL_BYTES = 1L << 30;

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
          for (FileSystemType type : List.of(FileSystemType.EXT4, FileSystemType.XFS)) {
            bench.calls(type, 1, 2, 8);
          }
          bench.besideOthers(
              IntStream.of(0, 100, 1_000, 10_000)
                  .filter(many -> many <= (flags.quick ? 100 : present))
                  .toArray());
        });
  }
}
