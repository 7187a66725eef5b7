package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.deploy.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Kubelet asks now and then what is wrong, and pods and the CSINode show it (feature gate
/// `CSIVolumeHealth`).
class VolumeHealthIT {
  @RegisterExtension final Namespace namespace = new Namespace();

  @Test
  void aPodShowsThatItsFilesystemHasShutDownAndTheNextOneIsWell() {
    Claim claim = namespace.claim("data", "nook-xfs", "300Mi");
    Pod first = namespace.pod("first", "data").awaitReady();
    assertThat(first.field("{.status.volumeHealth}")).isEmpty();

    String _ = Shell.run("xfs_io", "-x", "-c", "shutdown", mount(first, claim).toString());

    awaitHealth(first, "Inaccessible FilesystemShutDown");
    assertThat(first.field("{.status.volumeHealth[0].name}")).isEqualTo("data");
    assertThat(Driver.metric(faults("FilesystemShutDown"))).isEqualTo(1);
    assertThat(Driver.nook("doctor").out()).contains(claim.handle() + ", FilesystemShutDown");

    first.delete();
    Pod next = namespace.pod("next", "data").awaitReady();
    assertThat(next.run("touch /data/again && echo written")).isEqualTo("written");
    Await.until(
        "nothing is wrong any more", () -> Driver.metric(faults("FilesystemShutDown")) == 0);
    assertThat(next.field("{.status.volumeHealth}")).isEmpty();
  }

  @Test
  void aPodShowsThatItsImageWasCutOffUntilItIsWholeAgain() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    Pod first = namespace.pod("first", "data").awaitReady();
    Path image = Driver.pools("default/volumes").resolve(claim.handle()).resolve("image");

    String _ = Shell.run("truncate", "--size=32M", image.toString());
    awaitHealth(first, "DataLoss ContentTruncated");

    String _ = Shell.run("truncate", "--size=64M", image.toString());
    awaitHealth(first, "");
  }

  @Test
  void aPodThatCannotStartShowsThatItsFilesystemIsDamaged() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    namespace.pod("first", "data").awaitReady().delete();
    Path image = Driver.pools("default/volumes").resolve(claim.handle()).resolve("image");
    String _ = Shell.run("debugfs", "-w", "-R", "set_super_value state 2", image.toString());

    Pod next = namespace.pod("next", "data");
    awaitHealth(next, "Inaccessible FilesystemDamaged");

    String _ = Shell.run("debugfs", "-w", "-R", "set_super_value state 1", image.toString());
    next.awaitReady();
    awaitHealth(next, "");
  }

  @Test
  void theNodeShowsThatAPoolIsDegradedUntilItIsRecovered() throws Exception {
    Files.writeString(Driver.pools("folders").resolve("DEGRADED"), "a test");

    awaitStorageHealth("StorageDegraded PoolDegraded");
    assertThat(Driver.metric("nook_pool_faults{pool=\"folders\",reason=\"PoolDegraded\"}"))
        .isEqualTo(1);

    assertThat(Driver.nook("pool", "recover", "folders").code()).isZero();
    awaitStorageHealth("");
  }

  private static void awaitHealth(Pod pod, String health) {
    String path = "{range .status.volumeHealth[*].healthConditions[*]}{.status} {.reason}{end}";
    String _ = Await.until("the pod's health is " + health, () -> pod.field(path), health::equals);
  }

  private static void awaitStorageHealth(String health) {
    String path = "{range .status.storageHealth[*].healthConditions[*]}{.status} {.reason}{end}";
    String _ =
        Await.until(
            "the node's health is " + health,
            () -> Kubectl.field("csinode/" + Driver.NODE, path),
            health::equals);
  }

  private static String faults(String reason) {
    return "nook_volume_faults{pool=\"default\",reason=\"%s\"}".formatted(reason);
  }

  private static Path mount(Pod pod, Claim claim) {
    return Path.of(
        "/var/lib/kubelet/pods",
        pod.field("{.metadata.uid}"),
        "volumes/kubernetes.io~csi",
        claim.volume(),
        "mount");
  }
}
