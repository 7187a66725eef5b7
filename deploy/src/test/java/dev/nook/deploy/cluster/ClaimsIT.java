package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// From the claim to the end of its volume.
class ClaimsIT {
  private static final String EPHEMERAL =
      """
      volumes:
      - name: scratch
        ephemeral:
          volumeClaimTemplate:
            spec:
              storageClassName: nook
              accessModes: [ReadWriteOnce]
              resources: {requests: {storage: 64Mi}}
      """;

  private static final String STATEFUL_SET =
      """
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: db}
      spec:
        serviceName: db
        replicas: 3
        selector: {matchLabels: {app: db}}
        volumeClaimTemplates:
        - metadata: {name: data}
          spec:
            storageClassName: nook
            accessModes: [ReadWriteOnce]
            resources: {requests: {storage: 64Mi}}
        template:
          metadata: {labels: {app: db}}
          spec:
      """
          + Pod.spec("", "volumeMounts: [{name: data, mountPath: /data}]").indent(6);

  @RegisterExtension final Namespace namespace = new Namespace();

  @Test
  void anEphemeralVolumeEndsWithItsPod() {
    String mount = "volumeMounts: [{name: scratch, mountPath: /scratch}]";
    Pod pod = namespace.podOf("scratch", Pod.yamlOf("scratch", EPHEMERAL, mount)).awaitReady();
    String _ = pod.run("echo temporary > /scratch/note");
    assertThat(namespace.volumes()).isNotEmpty();

    pod.delete();

    Await.until("its volume is gone", () -> namespace.volumes().isEmpty());
  }

  @Test
  void aRetainedVolumeOutlivesItsClaimAndCanBeClaimedAgain() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    Pod pod = namespace.pod("writer", "data").awaitReady();
    String _ = pod.run("echo precious > /data/note; sync");
    String volume = claim.volume();
    policy(volume, "Retain");

    pod.delete();
    claim.delete();
    String _ =
        Await.until(
            "the volume is released",
            () -> Kubectl.field("pv/" + volume, "{.status.phase}"),
            "Released"::equals);
    String _ = Kubectl.run("patch", "pv", volume, "-p", "{\"spec\":{\"claimRef\":null}}");
    namespace.claim("again", "nook", "64Mi", "accessModes: [ReadWriteOnce]\nvolumeName: " + volume);

    Pod reader = namespace.pod("reader", "again").awaitReady();
    assertThat(reader.run("cat /again/note")).isEqualTo("precious");
    policy(volume, "Delete");
  }

  private static void policy(String volume, String policy) {
    String patch = "{\"spec\":{\"persistentVolumeReclaimPolicy\":\"%s\"}}".formatted(policy);
    String _ = Kubectl.run("patch", "pv", volume, "-p", patch);
  }

  @Test
  void aStatefulSetFindsItsVolumesAgainWhenItIsScaledDownAndUp() {
    namespace.apply(STATEFUL_SET);
    rolledOut();
    for (int i = 0; i < 3; i++) {
      String _ = replica(i).run("echo replica %d > /data/note; sync".formatted(i));
    }

    scale(1);
    Await.until("one replica is left", () -> replicas() == 1);
    scale(3);
    rolledOut();

    for (int i = 0; i < 3; i++) {
      assertThat(replica(i).run("cat /data/note")).isEqualTo("replica " + i);
    }
  }

  private Pod replica(int index) {
    return new Pod(namespace.name(), "db-" + index);
  }

  private void scale(int replicas) {
    String _ =
        Kubectl.run("-n", namespace.name(), "scale", "statefulset", "db", "--replicas=" + replicas);
  }

  private long replicas() {
    return Kubectl.run("-n", namespace.name(), "get", "pods", "-o", "name").lines().count();
  }

  private void rolledOut() {
    String _ =
        Kubectl.run(
            "-n", namespace.name(), "rollout", "status", "statefulset/db", "--timeout=240s");
  }
}
