package dev.nook.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.linux.syscall.PseudoFile;
import dev.nook.linux.syscall.TracepointCounter;
import dev.nook.node.path.KubeletPath;
import dev.nook.store.volume.Volume;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/// What a call does by itself, without its transport: how many system calls, how many bytes it
/// reads of `/proc` and `/sys`, and that it starts no process; the same beside other volumes.
final class CallCostsIT extends RealNode {
  private interface Call {
    void run() throws Exception;
  }

  private record Cost(long systemCalls, long pseudoBytes, long processes) {
    /// Returns the smaller figures of two calls, because the JVM's compiler makes system calls of
    /// its own now and then; processes count whichever call starts them.
    Cost least(Cost other) {
      return new Cost(
          Math.min(systemCalls, other.systemCalls),
          Math.min(pseudoBytes, other.pseudoBytes),
          Math.max(processes, other.processes));
    }
  }

  private static final int LIVES = 6;
  private static final int OTHERS = 20;

  /// Less than one call for each of the others.
  private static final int NOISE = 8;

  /// Less than one line of a mount table; device numbers differ in length.
  private static final int NOISE_BYTES = 64;

  private final Map<String, Cost> costs = new LinkedHashMap<>();

  @Test
  void aCallCostsTheSameBesideOtherVolumes() throws Exception {
    live("first"); // Which are staged is asked before the first volume arrives.
    costs.clear();
    for (int life = 0; life < LIVES; life++) {
      live("alone" + life);
    }
    Map<String, Cost> alone = Map.copyOf(costs);
    for (int other = 0; other < OTHERS; other++) {
      Volume volume = node.create("other" + other, TestNode.EXT4, 32L << 20);
      node.publisher.publish(node.publish(volume, "other" + other));
    }

    costs.clear();
    for (int life = 0; life < LIVES; life++) {
      live("beside" + life);
    }

    for (String call : alone.keySet()) {
      Cost beside = of(costs, call);
      Cost before = of(alone, call);
      assertThat(beside.systemCalls())
          .as("%s beside others: %s, alone: %s", call, costs, alone)
          .isLessThanOrEqualTo(before.systemCalls() + NOISE);
      assertThat(beside.pseudoBytes())
          .as("%s beside others: %s, alone: %s", call, costs, alone)
          .isLessThanOrEqualTo(before.pseudoBytes() + NOISE_BYTES);
      assertThat(beside.processes()).as(call).isZero();
    }
    assertAtMost("publish", 36, 100);
    assertAtMost("unpublish", 21, 100);
    assertAtMost("stats", 21, 100);
    assertAtMost("stage", 130, 2000);
    assertAtMost("unstage", 56, 100);
  }

  private static Cost of(Map<String, Cost> costs, String call) {
    return Objects.requireNonNull(costs.get(call));
  }

  private void assertAtMost(String call, long systemCalls, long pseudoBytes) {
    Cost cost = of(costs, call);
    assertThat(cost.systemCalls()).as(costs.toString()).isLessThanOrEqualTo(systemCalls);
    assertThat(cost.pseudoBytes()).as(costs.toString()).isLessThanOrEqualTo(pseudoBytes);
  }

  /// At the paths that kubelet gives, with its record.
  private void live(String name) throws Exception {
    Volume volume = node.create(name, TestNode.EXT4, 32L << 20);
    Path pod = node.directory("pods/%s/volumes/kubernetes.io~csi/%1$s".formatted(name));
    Files.writeString(pod.resolve("vol_data.json"), "{\"driverName\":\"csi.nook.dev\"}");
    var target = new KubeletPath(pod.resolve("mount"));

    count("stage", () -> node.stager.stage(node.stage(volume)));
    count(
        "publish",
        () -> node.publisher.publish(new PublishVolume(node.stage(volume), target, false)));
    count(
        "stats",
        () -> {
          var _ = node.stats.of(volume.id(), target.path());
        });
    count("unpublish", () -> node.publisher.unpublish(new UnpublishVolume(volume.id(), target)));
    count("unstage", () -> node.stager.unstage(node.unstage(volume)));
  }

  private void count(String name, Call call) throws Exception {
    try (TracepointCounter systemCalls = TracepointCounter.ofSystemCalls();
        TracepointCounter processes = TracepointCounter.ofProcesses()) {
      long calls = systemCalls.count();
      long bytes = PseudoFile.bytesRead();
      call.run();
      Cost cost =
          new Cost(systemCalls.count() - calls, PseudoFile.bytesRead() - bytes, processes.count());
      costs.merge(name, cost, Cost::least);
    }
  }
}
