package dev.nook.tools.quickstart;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import java.io.IOException;
import java.nio.file.Path;

/// One volume and its staging and target paths below a kubelet directory.
public record LocalVolume(
    CsiClient client, String id, Csi.VolumeCapability capability, Path staging, Path target) {

  /// Makes the directories that a CO would make.
  public static LocalVolume of(
      Csi.Volume volume,
      String name,
      Csi.VolumeCapability capability,
      CsiClient client,
      LocalFolder folder)
      throws IOException {
    Path staging = folder.kubelet().resolve("plugins").resolve(name);
    Path pod = folder.kubelet().resolve("pods").resolve(name);
    folder.makeDirectories(staging);
    folder.makeDirectories(pod);
    return new LocalVolume(client, volume.getVolumeId(), capability, staging, pod.resolve("mount"));
  }

  public void stage() {
    client.stage(id, staging, capability);
  }

  public void publish() {
    client.publish(id, staging, target, capability, false);
  }

  public void unpublish() {
    client.unpublish(id, target);
  }

  public void unstage() {
    client.unstage(id, staging);
  }

  public void delete() {
    client.delete(id);
  }
}
