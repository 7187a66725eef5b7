package dev.nook.tools.bench;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.client.Samples;
import dev.nook.tools.bench.DriverCounters.Reading;
import dev.nook.tools.quickstart.LocalVolume;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;

/// Measures the node calls of one more volume beside others that are staged: first beside ever
/// more, then beside ever fewer, so that a machine that is busy for a while is so for all of them.
final class NodeBench {
  private static final long BYTES = 32L << 20;
  private static final long EXPANDED_BYTES = 320L << 20;
  private static final long EXPANSION_BYTES = 4L << 20;

  /// Which grows while it is mounted on every host.
  private static final Csi.VolumeCapability EXPANDED = CsiClient.mounted("xfs");

  private static final Csi.VolumeCapability LIVING = CsiClient.mounted("ext4");

  private final CsiClient client;
  private final StagedVolumes others;
  private final Optional<DriverCounters> counters;
  private final PrintWriter out;
  private final int rounds;

  /// The costs of each call by its name, and those by the number of volumes beside it.
  private final Map<String, Map<Integer, CallCosts>> costs = new LinkedHashMap<>();

  private int named;

  /// @param rounds how often each call is made beside so many volumes, each time that there are so
  ///   many
  NodeBench(
      CsiClient client,
      StagedVolumes others,
      Optional<DriverCounters> counters,
      PrintWriter out,
      int rounds) {
    this.client = client;
    this.others = others;
    this.counters = counters;
    this.out = out;
    this.rounds = rounds;
  }

  /// @param numbers how many others are staged, ascending
  void measure(List<Integer> numbers) throws IOException, InterruptedException, ExecutionException {
    beside(0, rounds); // The driver comes up to its speed.
    costs.clear();
    for (int many : numbers) {
      beside(many, rounds);
    }
    for (int many : numbers.reversed()) {
      beside(many, rounds);
    }
    others.become(0);
    print();
  }

  private void beside(int many, int times)
      throws IOException, InterruptedException, ExecutionException {
    others.become(many);
    LocalVolume expanded = others.make("expanded-" + named++, EXPANDED_BYTES, EXPANDED);
    expanded.stage();
    expanded.publish();
    for (int round = 1; round <= times; round++) {
      live(many);
      expand(expanded, EXPANDED_BYTES + round * EXPANSION_BYTES, many);
    }
    expanded.unpublish();
    expanded.unstage();
    expanded.delete();
  }

  private void live(int beside) throws IOException {
    LocalVolume volume = others.make("v-" + named++, BYTES, LIVING);
    add("NodeStageVolume", beside, volume::stage);
    add("NodePublishVolume", beside, volume::publish);
    add(
        "NodeGetVolumeStats",
        beside,
        () -> {
          var _ = client.stats(volume.id(), volume.target());
        });
    add("NodeUnpublishVolume", beside, volume::unpublish);
    add("NodeUnstageVolume", beside, volume::unstage);
    volume.delete();
  }

  private void expand(LocalVolume volume, long bytes, int beside) throws IOException {
    add(
        "NodeExpandVolume (xfs)",
        beside,
        () -> {
          long _ = client.expand(volume.id(), volume.target(), volume.staging(), bytes);
        });
  }

  private void add(String call, int beside, Runnable made) throws IOException {
    costs
        .computeIfAbsent(call, _ -> new TreeMap<>())
        .computeIfAbsent(beside, _ -> new CallCosts())
        .add(counters, made);
  }

  private void print() {
    var rows =
        new GrowingTable(
            out,
            24,
            "CALL",
            "BESIDE",
            "P50",
            "P99",
            "RATIO",
            "SYSTEM CALLS",
            "MOST",
            "/PROC, /SYS",
            "PROCESSES");
    costs.forEach((call, byNumber) -> {
      Samples first = byNumber.values().iterator().next().times();
      byNumber.forEach((beside, taken) -> rows.add(row(call, beside, taken, first)));
    });
  }

  private static String[] row(String call, int beside, CallCosts costs, Samples first) {
    Samples times = costs.times();
    return new String[] {
      call,
      Integer.toString(beside),
      times.text(50),
      times.text(99),
      times.medianOver(first),
      costs.median(Reading::systemCalls),
      costs.most(Reading::systemCalls),
      costs.median(Reading::pseudoBytes),
      costs.most(Reading::processes)
    };
  }
}
