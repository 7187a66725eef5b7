package dev.nook.tools.bench;

import dev.nook.driver.cli.FlagTypes;
import dev.nook.linux.fs.FileSystemType;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Times snapshots and restores of volumes in use by how much is written and how fragmented it is,
/// each beside a full copy of the same volume.
@Command(name = "snapshots", description = "Time snapshots and restores beside full copies.")
final class BenchSnapshotsCommand implements Callable<Integer> {
  private static final long MIB = 1L << 20;
  private static final List<Long> WRITTEN =
      List.of(MIB, 16 * MIB, 128 * MIB, 1024 * MIB, 8192 * MIB);
  private static final List<Integer> PIECES = List.of(1_024, 8_192, 65_536, 131_072);
  private static final long XFS_BYTES = 128 * MIB;
  private static final long QUICK_BYTES = 16 * MIB;
  private static final int QUICK_PIECES = 1_024;

  @Mixin private BenchFlags flags = new BenchFlags();

  @Option(
      names = "--most",
      paramLabel = "SIZE",
      defaultValue = "8Gi",
      converter = FlagTypes.Bytes.class,
      description = "Write at most so much into a volume (default: ${DEFAULT-VALUE}).")
  private long most = 8192 * MIB;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = command.commandLine().getOut();
    long bytes = (flags.quick ? Math.min(QUICK_BYTES, most) : most) / MIB * MIB;
    int pieces = flags.quick ? QUICK_PIECES : PIECES.getLast();
    long volume = Math.max(SnapshotsBench.volumeBytes(bytes), SnapshotsBench.bytesOf(pieces));
    return flags.measure(
        out,
        2 * volume + 1024 * MIB,
        volume,
        (client, folder) -> {
          var bench = new SnapshotsBench(client, folder, out, flags.quick ? 2 : 20);
          for (long written : WRITTEN) {
            if (written <= bytes) {
              bench.written(FileSystemType.EXT4, written);
            }
          }
          bench.written(FileSystemType.XFS, Math.min(XFS_BYTES, bytes));
          bench.empty(volume);
          for (int many : PIECES) {
            if (many <= pieces) {
              bench.fragmented(many);
            }
          }
        });
  }
}
