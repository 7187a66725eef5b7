package dev.nook.tools.bench;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.client.Samples;
import dev.nook.tools.bench.DriverCounters.Reading;
import dev.nook.tools.quickstart.LocalFolder;
import dev.nook.tools.quickstart.LocalVolume;
import dev.nook.tools.quickstart.Pod;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Times the calls that make and delete volumes and snapshots, and counts what the driver syncs for
/// one of them. Numbers of callers come in turn, so that a machine that is busy for a while is so
/// for all of them.
final class ControllerBench {
  private static final long BYTES = 64L << 20;
  private static final int BATCH = 16;
  private static final int SYNCED_BYTES = 64 << 10;
  private static final int DIRTY_BYTES = 4 << 10;
  private static final Csi.VolumeCapability EXT4 = CsiClient.mounted("ext4");
  private static final Csi.VolumeCapability BLOCK = CsiClient.block();

  /// A volume in use, and a file in it that its pod writes.
  private record Used(LocalVolume volume, FileChannel file) {
    /// Writes something and syncs it, then something more that is not synced.
    void write() throws IOException {
      int _ = file.write(ByteBuffer.allocate(SYNCED_BYTES), 0);
      file.force(false);
      int _ = file.write(ByteBuffer.allocate(DIRTY_BYTES), SYNCED_BYTES);
    }
  }

  private final CsiClient client;
  private final LocalFolder folder;
  private final Optional<DriverCounters> counters;
  private final PrintWriter out;
  private final int rounds;

  /// The calls by their name, each by its number of callers.
  private final Map<String, Map<Integer, TimedCalls>> calls = new LinkedHashMap<>();

  private final Map<String, Long> syncs = new LinkedHashMap<>();
  private final List<Used> used = new ArrayList<>();
  private int named;

  ControllerBench(
      CsiClient client,
      LocalFolder folder,
      Optional<DriverCounters> counters,
      PrintWriter out,
      int rounds) {
    this.client = client;
    this.folder = folder;
    this.counters = counters;
    this.out = out;
    this.rounds = rounds;
  }

  /// @param callers how many calls are made at once, one number after the other
  void measure(List<Integer> callers) throws IOException, InterruptedException, ExecutionException {
    for (int i = 0; i < BATCH; i++) {
      used.add(use("used-" + i));
    }
    round(2); // The driver comes up to its speed.
    calls.clear();
    count();
    for (int round = 0; round < rounds; round++) {
      for (int many : callers) {
        round(many);
      }
    }
    for (Used each : used) {
      each.file.close();
      each.volume.unpublish();
      each.volume.unstage();
      each.volume.delete();
    }
    print();
  }

  private Used use(String name) throws IOException {
    Csi.Volume made = client.create(name, BYTES, EXT4, Map.of());
    LocalVolume volume = LocalVolume.of(made, name, EXT4, client, folder);
    volume.stage();
    volume.publish();
    return new Used(volume, Pod.open(volume.target().resolve("file")));
  }

  private TimedCalls timed(String name, int callers) {
    return calls
        .computeIfAbsent(name, _ -> new LinkedHashMap<>())
        .computeIfAbsent(callers, _ -> new TimedCalls(name));
  }

  private void round(int callers) throws IOException, InterruptedException, ExecutionException {
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      volumes("CreateVolume, ext4", "DeleteVolume, ext4", EXT4, threads, callers);
      volumes("CreateVolume, block", "DeleteVolume, block", BLOCK, threads, callers);
      snapshots("CreateSnapshot, idle", threads, callers);
      for (Used each : used) {
        each.write();
      }
      snapshots("CreateSnapshot, written", threads, callers);
    }
  }

  private void volumes(
      String create,
      String delete,
      Csi.VolumeCapability capability,
      ExecutorService threads,
      int callers)
      throws InterruptedException, ExecutionException {
    String[] made = new String[BATCH];
    String name = "v-" + named++ + "-";
    timed(create, callers)
        .run(
            threads,
            BATCH,
            i -> made[i] = client.create(name + i, BYTES, capability, Map.of()).getVolumeId());
    timed(delete, callers).run(threads, BATCH, i -> client.delete(made[i]));
  }

  /// One snapshot of each volume in use.
  private void snapshots(String create, ExecutorService threads, int callers)
      throws InterruptedException, ExecutionException {
    String[] made = new String[BATCH];
    String name = "s-" + named++ + "-";
    timed(create, callers)
        .run(
            threads,
            BATCH,
            i -> made[i] = client.snapshot(name + i, used.get(i).volume.id()).getSnapshotId());
    timed("DeleteSnapshot", callers).run(threads, BATCH, i -> client.deleteSnapshot(made[i]));
  }

  /// Counts what one of each call syncs, the least of several: the driver's housekeeping syncs too.
  private void count() throws IOException {
    for (int i = 0; i < BATCH; i++) {
      String name = "c-" + i;
      volume("ext4", name, EXT4);
      volume("block", name + "b", BLOCK);
      snapshot("idle", name, used.get(i));
      used.get(i).write();
      snapshot("written", name + "w", used.get(i));
    }
  }

  private void volume(String kind, String name, Csi.VolumeCapability capability)
      throws IOException {
    String[] id = new String[1];
    count(
        "CreateVolume, " + kind,
        () -> id[0] = client.create(name, BYTES, capability, Map.of()).getVolumeId());
    count("DeleteVolume, " + kind, () -> client.delete(id[0]));
  }

  private void snapshot(String kind, String name, Used source) throws IOException {
    String[] id = new String[1];
    count(
        "CreateSnapshot, " + kind,
        () -> id[0] = client.snapshot(name, source.volume.id()).getSnapshotId());
    count("DeleteSnapshot", () -> client.deleteSnapshot(id[0]));
  }

  private void count(String call, Runnable made) throws IOException {
    if (counters.isEmpty()) {
      made.run();
      return;
    }
    Reading before = counters.get().whenQuiet();
    made.run();
    syncs.merge(call, counters.get().whenQuiet().since(before).syncs(), Math::min);
  }

  private void print() {
    var rows = new GrowingTable(out, 24, "CALL", "CALLERS", "P50", "P99", "PER SECOND", "SYNCS");
    calls.forEach((call, byCallers) ->
        byCallers.forEach((callers, taken) -> {
          Samples samples = taken.samples();
          rows.add(
              call,
              Integer.toString(callers),
              samples.text(50),
              samples.text(99),
              String.format(Locale.ROOT, "%.0f", taken.perSecond()),
              Optional.ofNullable(syncs.get(call)).map(String::valueOf).orElse(CallCosts.UNKNOWN));
        }));
  }
}
