package dev.nook.tools.quickstart;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.driver.cli.Size;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;

/// Takes one volume and its copies through all their calls, over the socket, and prints each call
/// with its result and its time.
final class VolumeLife {
  private static final long BYTES = 320L << 20;
  private static final long GROWN_BYTES = 400L << 20;
  private static final String BEFORE = "written before the snapshot";
  private static final String AFTER = "written after the snapshot";

  private final CsiClient client;
  private final LocalFolder folder;
  private final PrintWriter out;

  VolumeLife(CsiClient client, LocalFolder folder, PrintWriter out) {
    this.client = client;
    this.folder = folder;
    this.out = out;
  }

  void walk(String name, String fsType, Map<String, String> parameters) throws Exception {
    var capability = CsiClient.mounted(fsType);
    Csi.Volume made =
        step(
            "CreateVolume",
            () -> client.create(name, BYTES, capability, parameters),
            volume ->
                "%s, %s".formatted(volume.getVolumeId(), Size.text(volume.getCapacityBytes())));
    LocalVolume volume = LocalVolume.of(made, name, capability, client, folder);
    step("NodeStageVolume", volume::stage, "mounted on the node");
    step("NodePublishVolume", volume::publish, "shown to the pod");
    step("the pod writes", () -> Pod.write(volume.target(), BEFORE), Function.identity());
    copy(volume, name, parameters);
    step(
        "NodeExpandVolume",
        () -> client.expand(volume.id(), volume.target(), volume.staging(), GROWN_BYTES),
        bytes -> Size.text(bytes) + ", while mounted");
    step("NodeGetVolumeStats", () -> client.stats(volume.id(), volume.target()), VolumeLife::words);
    step("the pod reads", () -> Pod.read(volume.target()), Function.identity());
    step("NodeUnpublishVolume", volume::unpublish, "unmounted from the pod");
    step("NodeUnstageVolume", volume::unstage, "unmounted from the node");
    step("DeleteVolume", volume::delete, "gone");
  }

  /// Makes a snapshot of a volume in use, a volume restored from it, and a clone.
  private void copy(LocalVolume volume, String name, Map<String, String> parameters)
      throws Exception {
    String snapshot =
        step(
                "CreateSnapshot",
                () -> client.snapshot(name, volume.id()),
                cut -> cut.getSnapshotId() + ", while in use")
            .getSnapshotId();
    step("the pod writes", () -> Pod.write(volume.target(), AFTER), Function.identity());
    show("restored", CsiClient.fromSnapshot(snapshot), volume, name, parameters);
    show("cloned", CsiClient.fromVolume(volume.id()), volume, name, parameters);
    step("DeleteSnapshot", () -> client.deleteSnapshot(snapshot), "gone");
  }

  private void show(
      String how,
      Csi.VolumeContentSource source,
      LocalVolume of,
      String name,
      Map<String, String> parameters)
      throws Exception {
    String copyName = name + "-" + how;
    Csi.Volume made =
        step(
            "CreateVolume",
            () -> client.copy(copyName, source, 0, of.capability(), parameters),
            volume -> "%s, %s".formatted(volume.getVolumeId(), how));
    LocalVolume copy = LocalVolume.of(made, copyName, of.capability(), client, folder);
    step(
        "stage, publish",
        () -> {
          copy.stage();
          copy.publish();
        },
        "mounted beside its source");
    step("the pod reads", () -> Pod.read(copy.target()), Function.identity());
    copy.unpublish();
    copy.unstage();
    copy.delete();
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
