package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.deploy.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What an operator does: installs, looks, takes away again.
class InstallationIT {
  private static final String OVERLAY =
      Shell.CHECKOUT.resolve("testing/cluster/kustomize").toString();

  /// A volume that was made on a node which the cluster no longer has, and a snapshot that was cut
  /// there of a volume that was deleted before.
  private static final String LOST =
      """
      apiVersion: v1
      kind: PersistentVolume
      metadata:
        name: lost
        finalizers: [external-provisioner.volume.kubernetes.io/finalizer]
      spec:
        capacity: {storage: 1Gi}
        accessModes: [ReadWriteOnce]
        persistentVolumeReclaimPolicy: Delete
        storageClassName: nook
        csi: {driver: csi.nook.dev, volumeHandle: abcdefgh-v-abcdefghijklmnopqrstuvwxyz}
        nodeAffinity:
          required:
            nodeSelectorTerms:
            - matchExpressions:
              - {key: topology.csi.nook.dev/node, operator: In, values: [gone]}
      ---
      apiVersion: snapshot.storage.k8s.io/v1
      kind: VolumeSnapshotContent
      metadata:
        name: lost
        labels: {snapshot.storage.kubernetes.io/managed-by: gone}
        finalizers: [snapshot.storage.kubernetes.io/volumesnapshotcontent-bound-protection]
      spec:
        driver: csi.nook.dev
        deletionPolicy: Delete
        source: {volumeHandle: abcdefgh-v-zyxwvutsrqponmlkjihgfedcba}
        volumeSnapshotRef: {namespace: default, name: lost}
      """;

  @RegisterExtension final Namespace namespace = new Namespace();

  @Test
  void theDriverIsHealthyAndItsMetricsAreScrapedAtItsPod() {
    namespace.claim("data", "nook", "64Mi");
    Driver driver = Driver.on(namespace.pod("first", "data").awaitReady().node());

    assertThat(driver.http("/livez")).isNotEmpty();
    assertThat(driver.http("/readyz")).isNotEmpty();
    assertThat(driver.metric("nook_pool_open{pool=\"default\"}")).isEqualTo(1);
    assertThat(driver.metric("nook_pool_size_bytes{pool=\"default\"}")).isPositive();
    Await.until(
        "the volume is charged",
        () -> driver.metric("nook_pool_charged_bytes{pool=\"default\"}") > 0);
    Await.until("one volume is staged", () -> driver.metric("nook_staged_volumes") == 1);
    assertThat(driver.http("/metrics"))
        .contains("nook_rpc_duration_seconds_count{code=\"OK\",method=\"CreateVolume\"}");
  }

  @Test
  void theDoctorFindsNothingMissingInThisCluster() {
    Shell.Ended ended = Driver.on(Node.SECOND).nook("doctor", "--cluster");

    assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains("snapshot-controller");
  }

  @Test
  void whatWasOnANodeThatIsGoneIsListedWithTheCommandsThatLetItGo() {
    Kubectl.apply(LOST);
    try {
      Shell.Ended ended = Driver.on(Node.SECOND).nook("cluster", "lost");

      assertThat(ended.out()).contains("pv lost").contains("volumesnapshotcontent lost");
      type(ended.out().substring(ended.out().indexOf("\n# ")));
      assertThat(Kubectl.exists("pv/lost")).isFalse();
      assertThat(Kubectl.exists("volumesnapshotcontent/lost")).isFalse();
    } finally {
      String _ =
          Kubectl.run(
              "delete",
              "pv/lost",
              "volumesnapshotcontent/lost",
              "--ignore-not-found",
              "--wait=false");
    }
  }

  /// All commands at once, as an operator copies them; not one may fail.
  private static void type(String commands) {
    String typed =
        "set -e; kubectl() { %s kubectl \"$@\"; }\n%s".formatted(Cluster.PROGRAM, commands);
    String _ = Shell.run("sh", "-c", typed);
  }

  @Test
  void removingTheChartUnmountsAndDeletesNothing() {
    Pod pod = namespace.podWithNote("before");

    Installation.uninstall();
    try {
      assertThat(pod.run("echo after >> /data/note; cat /data/note")).isEqualTo("before\nafter");
    } finally {
      Installation.install();
    }

    pod.delete();
    Pod next = namespace.pod("next", "data").awaitReady();
    assertThat(next.run("cat /data/note")).isEqualTo("before\nafter");
  }

  @Test
  void kustomizeInstallsWhatServesTheVolumesOfTheChart() {
    Pod pod = namespace.podWithNote("kept");

    Installation.uninstall();
    try {
      String _ = Kubectl.run("apply", "-k", OVERLAY);
      Installation.awaitReady();
      pod.delete();
      Pod next = namespace.pod("next", "data").awaitReady();
      assertThat(next.run("cat /data/note")).isEqualTo("kept");
      namespace.claim("more", "nook-xfs", "320Mi");
      Pod _ = namespace.pod("newcomer", "more").awaitReady();
    } finally {
      String _ = Kubectl.run("delete", "-k", OVERLAY, "--timeout=240s");
      Installation.install();
    }
  }
}
