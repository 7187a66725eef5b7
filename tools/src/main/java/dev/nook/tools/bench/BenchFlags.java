package dev.nook.tools.bench;

import dev.nook.client.CsiClient;
import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.FlagTypes;
import dev.nook.driver.cli.Size;
import dev.nook.linux.Linux;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.PoolConfig;
import dev.nook.store.id.PoolName;
import dev.nook.tools.quickstart.CleanRun;
import dev.nook.tools.quickstart.FolderFlag;
import dev.nook.tools.quickstart.LocalDriver;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
  FileSystemType type = FileSystemType.XFS;

  @Option(names = "--quick", description = "Take a few samples of small sizes: a trial run.")
  boolean quick;

  /// What measures.
  interface Measurement {
    void run(CsiClient client, LocalFolder folder) throws Exception;
  }

  /// How the driver starts that is measured.
  interface Start {
    LocalDriver driver(CleanRun run, LocalFolder folder, List<PoolConfig> pools) throws Exception;
  }

  /// Runs it against a driver of its own, of which nothing stays.
  ///
  /// @param otherBytes what it needs beside the pool
  int measure(PrintWriter out, long poolBytes, long otherBytes, Measurement measurement)
      throws Exception {
    return measure(out, poolBytes, otherBytes, List.of(), LocalDriver::start, measurement);
  }

  /// As the other, with pools beside that one which are directories of the folder's filesystem.
  int measure(
      PrintWriter out,
      long poolBytes,
      long otherBytes,
      List<String> directories,
      Measurement measurement)
      throws Exception {
    return measure(out, poolBytes, otherBytes, directories, LocalDriver::start, measurement);
  }

  /// As the first, with a driver that is started in a way of its own.
  int measure(
      PrintWriter out, long poolBytes, long otherBytes, Start start, Measurement measurement)
      throws Exception {
    return measure(out, poolBytes, otherBytes, List.of(), start, measurement);
  }

  private int measure(
      PrintWriter out,
      long poolBytes,
      long otherBytes,
      List<String> directories,
      Start start,
      Measurement measurement)
      throws Exception {
    List<String> names = Stream.concat(Stream.of(POOL), directories.stream()).toList();
    LocalFolder folder = directory.folder(Linux.host(), names);
    return CleanRun.in(
        folder,
        out,
        run -> {
          folder.requireRoom(poolBytes + otherBytes + SPARE_BYTES);
          List<PoolConfig> pools = new ArrayList<>();
          pools.add(folder.pool(POOL, poolBytes, type).withOvercommit(OVERCOMMIT));
          for (String name : directories) {
            folder.makeDirectories(folder.pool(name));
            pools.add(PoolConfig.of(new PoolName(name), folder.pool(name)));
          }
          out.println(
              "On a pool image of %s of %s in %s"
                  .formatted(Size.text(poolBytes), type, folder.root()));
          try (LocalDriver driver = start.driver(run, folder, pools)) {
            measurement.run(driver.client(), folder);
          }
          return Exit.OK;
        });
  }
}
