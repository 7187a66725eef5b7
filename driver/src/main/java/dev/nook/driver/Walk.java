package dev.nook.driver;

import csi.v1.Csi;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/// One volume's whole life through the socket, each call printed with its result and its time.
final class Walk {
  /// What runs in the pod.
  interface Pod {
    String write(Path volume) throws IOException;

    String readBack(Path volume) throws IOException;
  }

  private static final long BYTES = 320L << 20;
  private static final long GROWN_BYTES = 400L << 20;

  private final CsiClient client;
  private final QuickstartFolder folder;
  private final Pod pod;
  private final PrintWriter out;

  Walk(CsiClient client, QuickstartFolder folder, Pod pod, PrintWriter out) {
    this.client = client;
    this.folder = folder;
    this.pod = pod;
    this.out = out;
  }

  void take(String name, String fsType, Map<String, String> parameters) throws Exception {
    var capability = CsiClient.mounted(fsType);
    Path staging = folder.kubelet().resolve("plugins").resolve(name);
    Path podDirectory = folder.kubelet().resolve("pods").resolve(name);
    Path target = podDirectory.resolve("mount");
    folder.makeDirectories(staging);
    folder.makeDirectories(podDirectory);

    String id =
        step(
                "CreateVolume",
                () -> client.create(name, BYTES, capability, parameters),
                volume ->
                    "%s, %s".formatted(volume.getVolumeId(), Size.text(volume.getCapacityBytes())))
            .getVolumeId();
    step("NodeStageVolume", () -> client.stage(id, staging, capability), "mounted for the node");
    step(
        "NodePublishVolume",
        () -> client.publish(id, staging, target, capability, false),
        "shown to the pod");
    step("the pod writes", () -> pod.write(target), Function.identity());
    step(
        "NodeExpandVolume",
        () -> client.expand(id, target, staging, GROWN_BYTES),
        bytes -> Size.text(bytes) + ", while mounted");
    step("NodeGetVolumeStats", () -> client.stats(id, target), Walk::words);
    step("the pod reads", () -> pod.readBack(target), Function.identity());
    step("NodeUnpublishVolume", () -> client.unpublish(id, target), "gone from the pod");
    step("NodeUnstageVolume", () -> client.unstage(id, staging), "gone from the node");
    step("DeleteVolume", () -> client.delete(id), "gone");
  }

  private void step(String name, Runnable call, String result) throws Exception {
    step(
        name,
        () -> {
          call.run();
          return result;
        },
        Function.identity());
  }

  private <T> T step(String name, Callable<T> call, Function<T, String> words) throws Exception {
    long begun = System.nanoTime();
    T result = call.call();
    double ms = (System.nanoTime() - begun) / 1e6;
    out.println(
        String.format(Locale.ROOT, "  %-20s %-54s %7.1f ms", name, words.apply(result), ms));
    out.flush();
    return result;
  }

  private static String words(Csi.NodeGetVolumeStatsResponse stats) {
    for (Csi.VolumeUsage usage : stats.getUsageList()) {
      if (usage.getUnit() == Csi.VolumeUsage.Unit.BYTES) {
        return "%s used of %s".formatted(Size.text(usage.getUsed()), Size.text(usage.getTotal()));
      }
    }
    return "no usage";
  }
}
