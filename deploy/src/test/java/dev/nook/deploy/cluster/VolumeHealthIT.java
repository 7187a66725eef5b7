package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Kubelet asks now and then what is wrong, and pods and the CSINode show it (feature gate
/// `CSIVolumeHealth`).
class VolumeHealthIT {
  @RegisterExtension final Namespace namespace = Namespace.on(Node.FIRST);
  private final Driver driver = Driver.on(Node.FIRST);

  @Test
  void aPodShowsThatItsFilesystemHasShutDownAndTheNextOneIsWell() {
    Claim claim = namespace.claim("data", "nook-xfs", "300Mi");
    Pod first = namespace.pod("first", "data").awaitReady();
    assertThat(first.field("{.status.volumeHealth}")).isEmpty();

    String _ = Node.FIRST.run("xfs_io", "-x", "-c", "shutdown", mount(first, claim));

    awaitHealth(first, "Inaccessible FilesystemShutDown");
    assertThat(first.field("{.status.volumeHealth[0].name}")).isEqualTo("data");
    assertThat(driver.metric(faults("FilesystemShutDown"))).isEqualTo(1);
    assertThat(driver.nook("doctor").out()).contains(claim.handle() + ", FilesystemShutDown");

    first.delete();
    Pod next = namespace.pod("next", "data").awaitReady();
    assertThat(next.run("touch /data/again && echo written")).isEqualTo("written");
    Await.until(
        "nothing is wrong any more", () -> driver.metric(faults("FilesystemShutDown")) == 0);
    awaitHealth(next, "");
  }

  @Test
  void aPodShowsThatItsImageWasCutOffUntilItIsWholeAgain() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    Pod first = namespace.pod("first", "data").awaitReady();
    String image = claim.image();

    String _ = Node.FIRST.run("truncate", "--size=32M", image);
    awaitHealth(first, "DataLoss ContentTruncated");

    String _ = Node.FIRST.run("truncate", "--size=64M", image);
    awaitHealth(first, "");
  }

  @Test
  void aPodThatCannotStartShowsThatItsFilesystemIsDamaged() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    namespace.pod("first", "data").awaitReady().delete();
    String image = claim.image();
    String _ = Node.FIRST.run("debugfs", "-w", "-R", "set_super_value state 2", image);

    Pod next = namespace.pod("next", "data");
    awaitHealth(next, "Inaccessible FilesystemDamaged");

    String _ = Node.FIRST.run("debugfs", "-w", "-R", "set_super_value state 1", image);
    next.awaitReady();
    awaitHealth(next, "");
  }

  @Test
  void theNodeShowsThatAPoolIsDegradedUntilItIsRecovered() {
    String _ = Node.FIRST.run("sh", "-c", "echo a test >" + Driver.pools("folders/DEGRADED"));

    awaitStorageHealth("StorageDegraded PoolDegraded");
    assertThat(driver.metric("nook_pool_faults{pool=\"folders\",reason=\"PoolDegraded\"}"))
        .isEqualTo(1);

    assertThat(driver.nook("pool", "recover", "folders").code()).isZero();
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
            () -> Kubectl.field("csinode/" + Node.FIRST.name(), path),
            health::equals);
  }

  private static String faults(String reason) {
    return "nook_volume_faults{pool=\"default\",reason=\"%s\"}".formatted(reason);
  }

  private static String mount(Pod pod, Claim claim) {
    return "/var/lib/kubelet/pods/%s/volumes/kubernetes.io~csi/%s/mount"
        .formatted(pod.field("{.metadata.uid}"), claim.volume());
  }
}
