package dev.nook.tools.bench;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.client.Samples;
import dev.nook.tools.quickstart.LocalVolume;
import dev.nook.tools.quickstart.Pod;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Brings several volumes up and takes them down again at once, as when the pods of a node start
/// and end together: so many at a time, and so often that each number has as many samples.
final class TogetherBench {
  private static final long BYTES = 32L << 20;
  private static final Csi.VolumeCapability EXT4 = CsiClient.mounted("ext4");
  private static final int PASSES = 3;

  /// The calls of all volumes of one number.
  private record Calls(
      TimedCalls stage, TimedCalls publish, TimedCalls unpublish, TimedCalls unstage) {
    Calls() {
      this(
          new TimedCalls("NodeStageVolume"),
          new TimedCalls("NodePublishVolume"),
          new TimedCalls("NodeUnpublishVolume"),
          new TimedCalls("NodeUnstageVolume"));
    }

    List<TimedCalls> all() {
      return List.of(stage, publish, unpublish, unstage);
    }

    /// What bringing one volume up takes of the time of all callers together.
    double upNanos() {
      return stage.nanosEach() + publish.nanosEach();
    }

    double downNanos() {
      return unpublish.nanosEach() + unstage.nanosEach();
    }
  }

  private final StagedVolumes volumes;
  private final PrintWriter out;
  private final int callers;
  private final long dirtyBytes;
  private int named;

  /// @param dirtyBytes what each volume's pod has written last, so that an unmount has to write it
  TogetherBench(StagedVolumes volumes, PrintWriter out, int callers, long dirtyBytes) {
    this.volumes = volumes;
    this.out = out;
    this.callers = callers;
    this.dirtyBytes = dirtyBytes;
  }

  /// @param numbers how many volumes are brought up at once
  void measure(List<Integer> numbers) throws IOException, InterruptedException, ExecutionException {
    int most = numbers.stream().mapToInt(Integer::intValue).max().orElse(0);
    Map<Integer, Calls> taken = new TreeMap<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      live(threads, numbers.getFirst(), new Calls()); // The driver comes up to its speed.
      for (int pass = 0; pass < PASSES; pass++) {
        for (int many : numbers) {
          for (int done = 0; done < most; done += many) {
            live(threads, many, taken.computeIfAbsent(many, _ -> new Calls()));
          }
        }
      }
    }
    print(taken);
  }

  private void live(ExecutorService threads, int many, Calls calls)
      throws IOException, InterruptedException, ExecutionException {
    List<LocalVolume> made = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      made.add(volumes.make("t-" + named++, BYTES, EXT4));
    }
    calls.stage.run(threads, many, i -> made.get(i).stage());
    calls.publish.run(threads, many, i -> made.get(i).publish());
    for (LocalVolume volume : made) {
      Pod.leave(volume.target().resolve("written"), dirtyBytes);
    }
    calls.unpublish.run(threads, many, i -> made.get(i).unpublish());
    calls.unstage.run(threads, many, i -> made.get(i).unstage());
    new TimedCalls("DeleteVolume").run(threads, many, i -> made.get(i).delete());
  }

  private void print(Map<Integer, Calls> taken) {
    out.println();
    out.println("Volumes that come and go together, %d callers".formatted(callers));
    var rows = new GrowingTable(out, 24, "CALL", "VOLUMES", "P50", "P99", "PER VOLUME", "RATIO");
    Calls fewest = taken.values().iterator().next();
    for (int call = 0; call < fewest.all().size(); call++) {
      TimedCalls first = fewest.all().get(call);
      for (Map.Entry<Integer, Calls> entry : taken.entrySet()) {
        TimedCalls calls = entry.getValue().all().get(call);
        Samples samples = calls.samples();
        String p50 = samples.text(50);
        String p99 = samples.text(99);
        double nanos = calls.nanosEach();
        rows.add(row(calls.name(), entry.getKey(), p50, p99, nanos, first.nanosEach()));
      }
    }
    taken.forEach(
        (many, calls) -> rows.add(row("up", many, "", "", calls.upNanos(), fewest.upNanos())));
    taken.forEach((many, calls) ->
        rows.add(row("down", many, "", "", calls.downNanos(), fewest.downNanos())));
  }

  private static String[] row(
      String call, int many, String p50, String p99, double nanos, double first) {
    return new String[] {
      call,
      Integer.toString(many),
      p50,
      p99,
      Samples.text((long) nanos),
      String.format(Locale.ROOT, "%.1f", nanos / first)
    };
  }
}
