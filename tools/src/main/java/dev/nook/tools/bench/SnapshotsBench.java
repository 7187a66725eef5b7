package dev.nook.tools.bench;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.client.Samples;
import dev.nook.driver.cli.Size;
import dev.nook.linux.fs.FileSystemType;
import dev.nook.store.id.VolumeId;
import dev.nook.store.record.Layout;
import dev.nook.tools.quickstart.LocalFolder;
import dev.nook.tools.quickstart.LocalVolume;
import dev.nook.tools.quickstart.Pod;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Times snapshots of volumes that are mounted, restores of them, and a full copy of the same image
/// to the folder that the pool image lies in: the same disk, and one layer less to write through.
final class SnapshotsBench {
  private static final long MIB = 1L << 20;

  /// A volume whose copies are slow gets no more samples than fit in this time, but a few.
  private static final Duration ENOUGH = Duration.ofSeconds(20);

  private static final int FEWEST = 3;

  private final CsiClient client;
  private final LocalFolder folder;
  private final int rounds;
  private final GrowingTable rows;
  private int named;

  /// What a pod does before its volume is measured.
  private interface Filling {
    void into(Path target) throws Exception;
  }

  /// @param rounds how many snapshots are timed of each volume, at most
  SnapshotsBench(CsiClient client, LocalFolder folder, PrintWriter out, int rounds) {
    this.client = client;
    this.folder = folder;
    this.rounds = rounds;
    out.println();
    out.println(
        "Up to %d snapshots and restores of each volume while it is in use".formatted(rounds));
    this.rows =
        new GrowingTable(
            out, 30, "VOLUME", "EXTENTS", "SNAPSHOT", "WORST", "RESTORE", "FULL COPY", "RATIO");
  }

  /// The size of a volume that so much can be written into.
  static long volumeBytes(long written) {
    return written + written / 8 + 64 * MIB;
  }

  /// The size of a block volume in so many pieces.
  static long bytesOf(int pieces) {
    return pieces * 2L * Pod.PIECE_BYTES;
  }

  void written(FileSystemType type, long bytes) throws Exception {
    measure(
        "%s, %s written".formatted(type, Size.text(bytes)),
        volumeBytes(bytes),
        CsiClient.mounted(type.kernelName()),
        target -> Pod.fill(target.resolve("data"), bytes));
  }

  void empty(long bytes) throws Exception {
    measure("ext4, empty, of " + Size.text(bytes), bytes, CsiClient.mounted("ext4"), _ -> {});
  }

  void fragmented(int pieces) throws Exception {
    measure(
        "block, %d pieces".formatted(pieces),
        bytesOf(pieces),
        CsiClient.block(),
        target -> Pod.scatter(target, pieces));
  }

  private void measure(String what, long bytes, Csi.VolumeCapability capability, Filling filling)
      throws Exception {
    String name = "v" + named++;
    awaitRoom(bytes);
    Csi.Volume made = client.create(name, bytes, capability, Map.of());
    LocalVolume volume = LocalVolume.of(made, name, capability, client, folder);
    volume.stage();
    volume.publish();
    filling.into(volume.target());
    Path image = new Layout(folder.pool(BenchFlags.POOL)).volume(new VolumeId(volume.id())).image();
    long copy = copy(image);
    List<Long> cuts = new ArrayList<>();
    List<Long> restores = new ArrayList<>();
    long begun = System.nanoTime();
    for (int round = 0; round < rounds && (round < FEWEST || inTime(begun)); round++) {
      awaitRoom(bytes);
      cut(volume, name + "-" + round, cuts, restores);
    }
    Samples snapshots = Samples.of(cuts);
    rows.add(
        what,
        Long.toString(folder.linux().disk().extents(image)),
        snapshots.text(50),
        snapshots.text(100),
        Samples.of(restores).text(50),
        Samples.text(copy),
        String.format(Locale.ROOT, "%.0f", (double) copy / snapshots.percentile(50)));
    volume.unpublish();
    volume.unstage();
    volume.delete();
  }

  private static boolean inTime(long begun) {
    return System.nanoTime() - begun < ENOUGH.toNanos();
  }

  private void cut(LocalVolume volume, String name, List<Long> cuts, List<Long> restores)
      throws Exception {
    List<Csi.Snapshot> snapshot = new ArrayList<>();
    cuts.add(Samples.nanos(() -> snapshot.add(client.snapshot(name, volume.id()))));
    String id = snapshot.getFirst().getSnapshotId();
    List<Csi.Volume> restored = new ArrayList<>();
    restores.add(
        Samples.nanos(() ->
            restored.add(
                client.copy(name, CsiClient.fromSnapshot(id), 0, volume.capability(), Map.of()))));
    client.delete(restored.getFirst().getVolumeId());
    client.deleteSnapshot(id);
  }

  /// What was deleted is charged until it is emptied in the background, which is not measured here.
  private void awaitRoom(long bytes) throws InterruptedException {
    while (client.capacity(Map.of("provisioning", "thick")) < bytes) {
      Thread.sleep(50);
    }
  }

  private long copy(Path image) throws Exception {
    Path copy = folder.root().resolve("full-copy");
    long nanos =
        Samples.nanos(() -> {
          folder.linux().disk().copySparse(image, copy);
          folder.linux().disk().sync(copy);
        });
    folder.linux().disk().remove(copy);
    return nanos;
  }
}
