package dev.nook.driver;

import csi.v1.Csi;
import java.io.IOException;
import java.nio.file.Path;

/// One volume, and the two paths below a kubelet directory at which a CO shows it.
record Shown(
    CsiClient client, String id, Csi.VolumeCapability capability, Path staging, Path target) {

  /// Makes the directories that a CO makes.
  static Shown of(
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
    return new Shown(client, volume.getVolumeId(), capability, staging, pod.resolve("mount"));
  }

  void stage() {
    client.stage(id, staging, capability);
  }

  void publish() {
    client.publish(id, staging, target, capability, false);
  }

  void unpublish() {
    client.unpublish(id, target);
  }

  void unstage() {
    client.unstage(id, staging);
  }

  void delete() {
    client.delete(id);
  }
}
