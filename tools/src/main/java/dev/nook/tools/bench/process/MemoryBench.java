package dev.nook.tools.bench.process;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.tools.bench.StagedVolumes;
import dev.nook.tools.bench.process.MemoryReading.Resident;
import dev.nook.tools.quickstart.LocalFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;

/// Gives a driver work, and reads its memory between.
final class MemoryBench {
  private static final long BYTES = 32L << 20;
  private static final Csi.VolumeCapability EXT4 = CsiClient.mounted("ext4");

  /// A driver whose JVM has compiled what its start was worth, and has given back what that took.
  private static final Duration SETTLED = Duration.ofSeconds(5);

  /// What the driver is to do.
  ///
  /// @param lives volumes that live one after the other, before anything else
  /// @param pods volumes that come and go together
  /// @param volumes how many there are beside the last measurements
  /// @param staged how many of those are staged
  /// @param churnSeconds how long pods come and go at the end
  /// @param restSeconds how long the driver rests after pods
  record Load(int lives, int pods, int volumes, int staged, int churnSeconds, int restSeconds) {}

  private final RunningDriver driver;
  private final LocalFolder folder;
  private final MemoryTable table;
  private final PrintWriter out;

  MemoryBench(RunningDriver driver, LocalFolder folder, MemoryTable table, PrintWriter out) {
    this.driver = driver;
    this.folder = folder;
    this.table = table;
    this.out = out;
  }

  void measure(Load load) throws IOException, InterruptedException, ExecutionException {
    Duration rest = Duration.ofSeconds(load.restSeconds);
    read("at rest", rest.compareTo(SETTLED) < 0 ? rest : SETTLED);
    var pods = new StagedVolumes(driver.client(), folder, Math.max(1, load.pods));
    for (int i = 0; i < load.lives; i++) {
      pods.become(1);
      pods.become(0);
    }
    read("%d volumes".formatted(load.lives), rest.compareTo(SETTLED) < 0 ? rest : SETTLED);
    pods.become(load.pods);
    read("%d pods up".formatted(load.pods), Duration.ZERO);
    pods.become(0);
    read("pods gone", rest);
    if (load.volumes > 0 || load.staged > 0) {
      for (int i = load.staged; i < load.volumes; i++) {
        Csi.Volume _ = driver.client().create("beside-" + i, BYTES, EXT4, Map.of());
      }
      pods.become(load.staged);
      read("beside others", rest);
    }
    if (load.churnSeconds > 0) {
      churn(pods, load);
      read("after churn", rest);
    }
  }

  private void churn(StagedVolumes pods, Load load)
      throws IOException, InterruptedException, ExecutionException {
    long end = System.nanoTime() + Duration.ofSeconds(load.churnSeconds).toNanos();
    int rounds = 0;
    while (System.nanoTime() < end) {
      pods.become(load.staged + load.pods);
      pods.become(load.staged);
      rounds++;
    }
    out.println("%d pods came and went in %d s".formatted(rounds * load.pods, load.churnSeconds));
  }

  private void read(String when, Duration rest) throws IOException, InterruptedException {
    Thread.sleep(rest);
    var reading = MemoryReading.of(driver.process().pid());
    table.add(when, reading);
    out.println(
        "%s: %s resident".formatted(when, MemoryTable.mebibytes(reading.total(Resident::rss))));
    out.flush();
  }
}
