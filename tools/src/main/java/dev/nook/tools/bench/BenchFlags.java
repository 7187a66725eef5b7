package dev.nook.tools.bench;

import dev.nook.client.CsiClient;
import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.FlagTypes;
import dev.nook.driver.cli.Size;
import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.pool.PoolConfig;
import dev.nook.tools.quickstart.CleanRun;
import dev.nook.tools.quickstart.FolderFlag;
import dev.nook.tools.quickstart.LocalDriver;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What every measurement is told, and the driver that it measures.
final class BenchFlags {
  static final String POOL = "bench";

  /// What a volume holds counts here, not its size, of which little is written.
  private static final double OVERCOMMIT = 100;

  private static final long SPARE_BYTES = 256L << 20;

  @Mixin private FolderFlag directory = new FolderFlag(".nook/bench");

  @Option(
      names = "--fs",
      paramLabel = "TYPE",
      defaultValue = "xfs",
      converter = FlagTypes.PoolType.class,
      description = "The pool image's filesystem: xfs or btrfs (default: ${DEFAULT-VALUE}).")
  private FileSystemType type = FileSystemType.XFS;

  @Option(names = "--quick", description = "Take a few samples of small sizes: a trial run.")
  boolean quick;

  /// What measures.
  interface Measurement {
    void run(CsiClient client, LocalFolder folder) throws Exception;
  }

  /// Runs it against a driver of its own, of which nothing stays.
  ///
  /// @param otherBytes what it needs beside the pool
  int measure(PrintWriter out, long poolBytes, long otherBytes, Measurement measurement)
      throws Exception {
    LocalFolder folder = directory.folder(Linux.host(), List.of(POOL));
    return CleanRun.in(
        folder,
        out,
        run -> {
          folder.requireRoom(poolBytes + otherBytes + SPARE_BYTES);
          PoolConfig pool = folder.pool(POOL, poolBytes, type).withOvercommit(OVERCOMMIT);
          out.println(
              "On a pool image of %s of %s in %s"
                  .formatted(Size.text(poolBytes), type, folder.root()));
          try (LocalDriver driver = LocalDriver.start(run, folder, List.of(pool))) {
            measurement.run(driver.client(), folder);
          }
          return Exit.OK;
        });
  }
}
