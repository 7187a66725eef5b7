package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What an operator does: installs, looks, takes away again.
class InstallationIT {
  private static final String OVERLAY =
      Shell.CHECKOUT.resolve("testing/cluster/kustomize").toString();

  /// A volume that was made on a node which the cluster no longer has.
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
      """;

  @RegisterExtension final Namespace namespace = new Namespace();

  @Test
  void theDriverIsHealthyAndItsMetricsAreScrapedAtItsPod() {
    namespace.claim("data", "nook", "64Mi");
    Pod _ = namespace.pod("first", "data").awaitReady();

    assertThat(Driver.http("/livez")).isNotEmpty();
    assertThat(Driver.http("/readyz")).isNotEmpty();
    assertThat(Driver.metric("nook_pool_open{pool=\"default\"}")).isEqualTo(1);
    assertThat(Driver.metric("nook_pool_size_bytes{pool=\"default\"}")).isPositive();
    assertThat(Driver.metric("nook_pool_charged_bytes{pool=\"default\"}")).isPositive();
    assertThat(Driver.metric("nook_staged_volumes")).isEqualTo(1);
    assertThat(Driver.http("/metrics"))
        .contains("nook_rpc_duration_seconds_count{code=\"OK\",method=\"CreateVolume\"}");
  }

  @Test
  void theDoctorFindsNothingMissingInThisCluster() {
    Shell.Ended ended = Driver.nook("doctor", "--cluster");

    assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
    assertThat(ended.out()).contains("snapshot-controller");
  }

  @Test
  void volumesWhoseNodeIsGoneAreListedWithTheCommandsThatLetThemGo() {
    Kubectl.apply(LOST);
    try {
      Shell.Ended ended = Driver.nook("cluster", "lost");

      assertThat(ended.out()).contains("lost").contains("gone").contains("kubectl");
      ended.out().lines().filter(line -> line.startsWith("kubectl ")).forEach(this::type);
      Await.until("the volume is let go", () -> !Kubectl.exists("pv/lost"));
    } finally {
      String _ = Kubectl.run("delete", "pv", "lost", "--ignore-not-found", "--wait=false");
    }
  }

  /// The last command may find the volume gone already, and say so.
  private void type(String line) {
    Path cluster = Shell.CHECKOUT.resolve("testing/cluster/cluster");
    String typed = "kubectl() { %s kubectl \"$@\"; }; %s".formatted(cluster, line);
    Shell.Ended ended = Shell.end("", List.of("sh", "-c", typed));
    assertThat(ended.err()).matches("|.*\\(NotFound\\).*");
  }

  @Test
  void removingTheChartUnmountsAndDeletesNothing() {
    namespace.claim("data", "nook", "64Mi");
    Pod pod = namespace.pod("first", "data").awaitReady();
    String _ = pod.run("echo before > /data/note; sync");

    Driver.uninstall();
    try {
      assertThat(pod.run("echo after >> /data/note; cat /data/note")).isEqualTo("before\nafter");
    } finally {
      Driver.install();
    }

    pod.delete();
    Pod next = namespace.pod("next", "data").awaitReady();
    assertThat(next.run("cat /data/note")).isEqualTo("before\nafter");
  }

  @Test
  void kustomizeInstallsWhatServesTheVolumesOfTheChart() {
    namespace.claim("data", "nook", "64Mi");
    Pod pod = namespace.pod("first", "data").awaitReady();
    String _ = pod.run("echo kept > /data/note; sync");

    Driver.uninstall();
    try {
      String _ = Kubectl.run("apply", "-k", OVERLAY);
      Driver.awaitReady();
      pod.delete();
      Pod next = namespace.pod("next", "data").awaitReady();
      assertThat(next.run("cat /data/note")).isEqualTo("kept");
      namespace.claim("more", "nook-xfs", "320Mi");
      Pod _ = namespace.pod("newcomer", "more").awaitReady();
    } finally {
      String _ = Kubectl.run("delete", "-k", OVERLAY, "--timeout=240s");
      Driver.install();
    }
  }
}
