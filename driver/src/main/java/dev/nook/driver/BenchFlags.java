package dev.nook.driver;

import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.pool.PoolConfig;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What every measurement is told, and the driver that it measures.
final class BenchFlags {
  static final String POOL = "bench";

  /// Image sizes count, not promises: what is measured never fills the pool.
  private static final double OVERCOMMIT = 100;

  private static final long SPARE_BYTES = 256L << 20;

  /// What a pool image can hold.
  enum PoolType {
    xfs(FileSystemType.XFS),
    btrfs(FileSystemType.BTRFS);

    private final FileSystemType type;

    PoolType(FileSystemType type) {
      this.type = type;
    }
  }

  @Mixin private FolderFlag directory = new FolderFlag(".nook/bench");

  @Option(
      names = "--fs",
      paramLabel = "TYPE",
      defaultValue = "xfs",
      description = "The pool image's filesystem: ${COMPLETION-CANDIDATES} (default: xfs).")
  private PoolType type = PoolType.xfs;

  @Option(names = "--quick", description = "Take a few samples of small sizes: a trial run.")
  boolean quick;

  /// What measures.
  interface Measurement {
    void run(CsiClient client, QuickstartFolder folder) throws Exception;
  }

  /// Runs it against a driver of its own, of which nothing stays.
  ///
  /// @param otherBytes what it needs beside the pool
  int measure(PrintWriter out, long poolBytes, long otherBytes, Measurement measurement)
      throws Exception {
    QuickstartFolder folder = directory.folder(Linux.host(), List.of(POOL));
    return CleanRun.in(
        folder,
        out,
        run -> {
          folder.requireRoom(poolBytes + otherBytes + SPARE_BYTES);
          PoolConfig pool = folder.pool(POOL, poolBytes, type.type).withOvercommit(OVERCOMMIT);
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
