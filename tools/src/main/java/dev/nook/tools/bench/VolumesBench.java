package dev.nook.tools.bench;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.client.Samples;
import dev.nook.driver.cli.Size;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.tools.quickstart.LocalFolder;
import dev.nook.tools.quickstart.LocalVolume;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntToLongFunction;

/// Times the calls of a volume's life through the socket.
final class VolumesBench {
  private static final long BYTES = 64L << 20;
  private static final long SIZED_BYTES = 512L << 20;
  private static final long BLOCK = 4096;
  private static final long XFS_BYTES = 320L << 20;
  private static final long OTHER_BYTES = 1L << 20;
  private static final int OTHER_CALLERS = 8;

  /// Each call of a volume's life.
  private record Life(
      TimedCalls create,
      TimedCalls stage,
      TimedCalls publish,
      TimedCalls unpublish,
      TimedCalls unstage,
      TimedCalls delete) {
    Life() {
      this(
          new TimedCalls("CreateVolume"),
          new TimedCalls("NodeStageVolume"),
          new TimedCalls("NodePublishVolume"),
          new TimedCalls("NodeUnpublishVolume"),
          new TimedCalls("NodeUnstageVolume"),
          new TimedCalls("DeleteVolume"));
    }

    List<TimedCalls> all() {
      return List.of(create, stage, publish, unpublish, unstage, delete);
    }
  }

  private final CsiClient client;
  private final LocalFolder folder;
  private final PrintWriter out;
  private final int volumes;
  private final int rounds;
  private int named;
  private int sized;

  /// @param volumes how many are there at once
  /// @param rounds how often they are made and deleted
  VolumesBench(CsiClient client, LocalFolder folder, PrintWriter out, int volumes, int rounds) {
    this.client = client;
    this.folder = folder;
    this.out = out;
    this.volumes = volumes;
    this.rounds = rounds;
  }

  /// Lets the driver come up to its speed.
  void warmUp() throws IOException, InterruptedException, ExecutionException {
    Life _ = live(FileSystemType.EXT4, 2);
  }

  /// One row for each call and number of callers.
  void calls(FileSystemType type, int... callers)
      throws IOException, InterruptedException, ExecutionException {
    out.println();
    out.println("A volume's life, %s, %d samples of each call".formatted(type, volumes * rounds));
    var rows = new GrowingTable(out, 22, "CALL", "CALLERS", "P50", "P99", "PER SECOND");
    for (int many : callers) {
      for (TimedCalls calls : live(type, many).all()) {
        Samples samples = calls.samples();
        rows.add(
            calls.name(),
            Integer.toString(many),
            samples.text(50),
            samples.text(99),
            String.format(Locale.ROOT, "%.0f", calls.perSecond()));
      }
    }
  }

  /// One row for each number of volumes that are there already.
  void besideOthers(int... present) throws InterruptedException, ExecutionException {
    out.println();
    out.println("CreateVolume, ext4, beside other volumes");
    var rows = new GrowingTable(out, 22, "VOLUMES PRESENT", "P50", "P99");
    int others = 0;
    for (int many : present) {
      crowd(many - others, others);
      others = many;
      Samples samples = creates();
      rows.add(Integer.toString(many), samples.text(50), samples.text(99));
    }
  }

  /// One row for each number of callers: sizes that come again, where the pool has templates for
  /// them, and sizes that never did. In turn, so that a machine that is busy for a while is so for
  /// both.
  void sizes(int... callers) throws InterruptedException, ExecutionException {
    out.println();
    out.println(
        "CreateVolume, ext4, of %s, %d samples of each"
            .formatted(Size.text(SIZED_BYTES), volumes * rounds));
    var rows = new GrowingTable(out, 14, "CALLERS", "NEW SIZES", "ONE SIZE", "RATIO");
    for (int many : callers) {
      var fresh = new TimedCalls("CreateVolume");
      var again = new TimedCalls("CreateVolume");
      try (ExecutorService threads = Executors.newFixedThreadPool(many)) {
        for (int round = 0; round < rounds; round++) {
          int before = sized;
          sized += volumes;
          delete(threads, make(fresh, threads, i -> SIZED_BYTES + BLOCK * (before + i + 1)));
          delete(threads, make(again, threads, _ -> SIZED_BYTES));
        }
      }
      rows.add(
          Integer.toString(many),
          fresh.samples().text(50),
          again.samples().text(50),
          fresh.samples().medianOver(again.samples()));
    }
  }

  /// Makes so many more volumes.
  private void crowd(int more, int first) throws InterruptedException, ExecutionException {
    try (ExecutorService callers = Executors.newFixedThreadPool(OTHER_CALLERS)) {
      new TimedCalls("CreateVolume")
          .run(
              callers,
              more,
              i -> client.create("other" + (first + i), OTHER_BYTES, CsiClient.block(), Map.of()));
    }
  }

  private Samples creates() throws InterruptedException, ExecutionException {
    var life = new Life();
    try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
      delete(caller, make(life.create, caller, FileSystemType.EXT4));
    }
    return life.create.samples();
  }

  private void delete(ExecutorService callers, List<Csi.Volume> made)
      throws InterruptedException, ExecutionException {
    new TimedCalls("DeleteVolume")
        .run(callers, made.size(), i -> client.delete(made.get(i).getVolumeId()));
  }

  private Life live(FileSystemType type, int callers)
      throws IOException, InterruptedException, ExecutionException {
    var life = new Life();
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      for (int round = 0; round < rounds; round++) {
        List<LocalVolume> shown = new ArrayList<>();
        for (Csi.Volume volume : make(life.create, threads, type)) {
          shown.add(LocalVolume.of(volume, volume.getVolumeId(), capability(type), client, folder));
        }
        life.stage.run(threads, volumes, i -> shown.get(i).stage());
        life.publish.run(threads, volumes, i -> shown.get(i).publish());
        life.unpublish.run(threads, volumes, i -> shown.get(i).unpublish());
        life.unstage.run(threads, volumes, i -> shown.get(i).unstage());
        life.delete.run(threads, volumes, i -> shown.get(i).delete());
      }
    }
    return life;
  }

  private List<Csi.Volume> make(TimedCalls create, ExecutorService threads, FileSystemType type)
      throws InterruptedException, ExecutionException {
    long bytes = type == FileSystemType.XFS ? XFS_BYTES : BYTES;
    return make(create, threads, type, _ -> bytes);
  }

  private List<Csi.Volume> make(TimedCalls create, ExecutorService threads, IntToLongFunction bytes)
      throws InterruptedException, ExecutionException {
    return make(create, threads, FileSystemType.EXT4, bytes);
  }

  private List<Csi.Volume> make(
      TimedCalls create, ExecutorService threads, FileSystemType type, IntToLongFunction bytes)
      throws InterruptedException, ExecutionException {
    int first = named;
    named += volumes;
    var made = new Csi.Volume[volumes];
    create.run(
        threads,
        volumes,
        i ->
            made[i] =
                client.create("v" + (first + i), bytes.applyAsLong(i), capability(type), Map.of()));
    return List.of(made);
  }

  private static Csi.VolumeCapability capability(FileSystemType type) {
    return CsiClient.mounted(type.kernelName());
  }
}
