package dev.nook.driver;

import csi.v1.Csi;
import dev.nook.linux.fs.FileSystemType;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Times the calls of a volume's life through the socket.
final class VolumesBench {
  private static final long BYTES = 64L << 20;
  private static final long XFS_BYTES = 320L << 20;
  private static final long OTHER_BYTES = 1L << 20;
  private static final int OTHER_CALLERS = 8;

  private enum Call {
    CREATE("CreateVolume"),
    STAGE("NodeStageVolume"),
    PUBLISH("NodePublishVolume"),
    UNPUBLISH("NodeUnpublishVolume"),
    UNSTAGE("NodeUnstageVolume"),
    DELETE("DeleteVolume");

    private final String text;

    Call(String text) {
      this.text = text;
    }
  }

  private final CsiClient client;
  private final QuickstartFolder folder;
  private final PrintWriter out;
  private final int volumes;
  private final int rounds;
  private int named;

  /// @param volumes how many are there at once
  /// @param rounds how often they are made and deleted
  VolumesBench(
      CsiClient client, QuickstartFolder folder, PrintWriter out, int volumes, int rounds) {
    this.client = client;
    this.folder = folder;
    this.out = out;
    this.volumes = volumes;
    this.rounds = rounds;
  }

  /// Lets the driver come up to its speed.
  void warmUp() throws Exception {
    Map<Call, Phase> _ = live(FileSystemType.EXT4, 2);
  }

  /// One row for each call and number of callers.
  void calls(FileSystemType type, int... callers) throws Exception {
    out.println();
    out.println("A volume's life, %s, %d samples of each call".formatted(type, volumes * rounds));
    var rows = new Rows(out, 22, "CALL", "CALLERS", "P50", "P99", "PER SECOND");
    for (int many : callers) {
      Map<Call, Phase> life = live(type, many);
      for (Call call : Call.values()) {
        Phase phase = life.getOrDefault(call, new Phase());
        Samples samples = phase.samples();
        rows.add(
            call.text,
            Integer.toString(many),
            samples.text(50),
            samples.text(99),
            "%.0f".formatted(phase.perSecond()));
      }
    }
  }

  /// One row for each number of volumes that are there already.
  void besideOthers(int... present) throws Exception {
    out.println();
    out.println("CreateVolume, ext4, beside other volumes");
    var rows = new Rows(out, 22, "VOLUMES PRESENT", "P50", "P99");
    int others = 0;
    for (int many : present) {
      int more = many - others;
      others = many;
      try (ExecutorService callers = Executors.newFixedThreadPool(OTHER_CALLERS)) {
        new Phase()
            .run(
                callers,
                more,
                i ->
                    client.create(
                        "other-%d-%d".formatted(many, i),
                        OTHER_BYTES,
                        CsiClient.block(),
                        Map.of()));
      }
      Samples samples = creates();
      rows.add(Integer.toString(many), samples.text(50), samples.text(99));
    }
  }

  private Samples creates() throws Exception {
    var create = new Phase();
    try (ExecutorService caller = Executors.newSingleThreadExecutor()) {
      List<Csi.Volume> made = make(create, caller, FileSystemType.EXT4);
      new Phase().run(caller, made.size(), i -> client.delete(made.get(i).getVolumeId()));
    }
    return create.samples();
  }

  private Map<Call, Phase> live(FileSystemType type, int callers) throws Exception {
    Map<Call, Phase> phases = new EnumMap<>(Call.class);
    for (Call call : Call.values()) {
      phases.put(call, new Phase());
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      for (int round = 0; round < rounds; round++) {
        List<Shown> shown = new ArrayList<>();
        for (Csi.Volume volume : make(phases.get(Call.CREATE), threads, type)) {
          shown.add(Shown.of(volume, volume.getVolumeId(), capability(type), client, folder));
        }
        phases.get(Call.STAGE).run(threads, volumes, i -> shown.get(i).stage());
        phases.get(Call.PUBLISH).run(threads, volumes, i -> shown.get(i).publish());
        phases.get(Call.UNPUBLISH).run(threads, volumes, i -> shown.get(i).unpublish());
        phases.get(Call.UNSTAGE).run(threads, volumes, i -> shown.get(i).unstage());
        phases.get(Call.DELETE).run(threads, volumes, i -> shown.get(i).delete());
      }
    }
    return phases;
  }

  private List<Csi.Volume> make(Phase create, ExecutorService threads, FileSystemType type)
      throws Exception {
    int first = named;
    named += volumes;
    long bytes = type == FileSystemType.XFS ? XFS_BYTES : BYTES;
    var made = new Csi.Volume[volumes];
    create.run(
        threads,
        volumes,
        i -> made[i] = client.create("v" + (first + i), bytes, capability(type), Map.of()));
    return List.of(made);
  }

  private static Csi.VolumeCapability capability(FileSystemType type) {
    return CsiClient.mounted(type.kernelName());
  }
}
