package dev.nook.tools.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.tools.quickstart.LocalFolder;
import dev.nook.tools.quickstart.LocalVolume;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Volumes that are staged and published, as those of running pods are.
public final class StagedVolumes {
  private static final int CALLERS = 8;
  private static final long BYTES = 32L << 20;
  private static final Csi.VolumeCapability EXT4 = CsiClient.mounted("ext4");
  private static final byte[] RECORD = "{\"driverName\":\"csi.nook.dev\"}".getBytes(UTF_8);

  private final CsiClient client;
  private final LocalFolder folder;
  private final int together;
  private final List<LocalVolume> staged = new ArrayList<>();
  private int named;

  StagedVolumes(CsiClient client, LocalFolder folder) {
    this(client, folder, CALLERS);
  }

  /// @param together how many calls are made at once
  public StagedVolumes(CsiClient client, LocalFolder folder, int together) {
    this.client = client;
    this.folder = folder;
    this.together = together;
  }

  /// Stages and publishes more of them, or takes some down, until there are so many.
  public void become(int many) throws InterruptedException, ExecutionException, IOException {
    try (ExecutorService callers = Executors.newFixedThreadPool(together)) {
      if (many > staged.size()) {
        List<LocalVolume> more = new ArrayList<>();
        for (int left = many - staged.size(); left > 0; left--) {
          more.add(make("other-" + named++, BYTES, EXT4));
        }
        each(callers, more, LocalVolume::stage);
        each(callers, more, LocalVolume::publish);
        staged.addAll(more);
      } else {
        List<LocalVolume> less = staged.subList(many, staged.size());
        each(callers, less, LocalVolume::unpublish);
        each(callers, less, LocalVolume::unstage);
        each(callers, less, LocalVolume::delete);
        less.clear();
      }
    }
  }

  /// Makes a volume that is not staged, and what kubelet makes for it: its paths, and the record
  /// that names its driver.
  LocalVolume make(String name, long bytes, Csi.VolumeCapability capability) throws IOException {
    Csi.Volume made = client.create(name, bytes, capability, Map.of());
    Path staging =
        folder.kubelet(
            "plugins/kubernetes.io/csi/csi.nook.dev/%064x/globalmount".formatted(name.hashCode()));
    Path pod = folder.kubelet("pods/%s/volumes/kubernetes.io~csi/%1$s".formatted(name));
    folder.makeDirectories(staging);
    folder.makeDirectories(pod);
    folder.linux().disk().write(pod.resolve("vol_data.json"), RECORD);
    return new LocalVolume(client, made.getVolumeId(), capability, staging, pod.resolve("mount"));
  }

  private interface Step {
    void take(LocalVolume volume);
  }

  private static void each(ExecutorService callers, List<LocalVolume> volumes, Step step)
      throws InterruptedException, ExecutionException {
    new TimedCalls("").run(callers, volumes.size(), i -> step.take(volumes.get(i)));
  }
}
