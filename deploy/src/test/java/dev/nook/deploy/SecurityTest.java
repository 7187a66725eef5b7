package dev.nook.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What the pod may do on its node: what mounting takes, and nothing more.
class SecurityTest {
  private static final List<String> SIDECARS =
      List.of("csi-provisioner", "csi-snapshotter", "csi-resizer");

  private final JsonNode daemonSet = Yaml.one("DaemonSet", Yaml.base());
  private final JsonNode pod = daemonSet.at("/spec/template/spec");

  @Test
  void thePodSharesNoNamespaceWithTheNode() {
    for (String shared : List.of("hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace")) {
      assertThat(pod.path(shared).asBoolean(false)).as(shared).isFalse();
    }
    for (JsonNode container : pod.path("containers")) {
      for (JsonNode port : container.path("ports")) {
        assertThat(port.has("hostPort")).isFalse();
      }
    }
  }

  @Test
  void onlyTheDriverIsPrivilegedAndNobodyWritesToAnImage() {
    for (JsonNode container : pod.path("containers")) {
      JsonNode context = container.path("securityContext");
      boolean driver = container.path("name").asString().equals("driver");

      assertThat(context.path("privileged").asBoolean()).isEqualTo(driver);
      assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    }
    assertThat(pod.path("initContainers").isMissingNode()).isTrue();
  }

  @Test
  void aSidecarIsRootWithoutRootsPowers() {
    for (String name : SIDECARS) {
      JsonNode context = Yaml.container(name, daemonSet).path("securityContext");

      assertThat(context.path("runAsUser").asInt(-1)).isZero();
      assertThat(context.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
      assertThat(context.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
      assertThat(context.at("/capabilities/add").isMissingNode()).isTrue();
      assertThat(context.at("/seccompProfile/type").asString()).isEqualTo("RuntimeDefault");
    }
  }

  @Test
  void aSidecarSeesTheSocketsFolderAndNothingElseOfTheNode() {
    for (String name : SIDECARS) {
      assertThat(mounts(name)).containsExactly(Map.entry("/csi", "None"));
      assertThat(Yaml.container(name, daemonSet).at("/volumeMounts/0/name").asString())
          .isEqualTo("socket");
    }
    assertThat(Yaml.named("socket", pod.path("volumes")).at("/hostPath/path").asString())
        .isEqualTo("/var/lib/kubelet/plugins/csi.nook.dev");
  }

  @Test
  void theDriverSeesFoldersOfTheNodeThatItCannotDoWithout() {
    assertThat(mounts("driver"))
        .isEqualTo(
            Map.of(
                "/dev", "None",
                "/etc/nook", "None",
                "/sys/devices/virtual/block", "None",
                "/tmp", "None",
                "/var/lib/kubelet", "Bidirectional",
                "/var/lib/nook/default", "HostToContainer"));
  }

  @Test
  void everyHostPathLiesAtTheSamePathInTheDriver() {
    for (JsonNode mount : Yaml.container("driver", daemonSet).path("volumeMounts")) {
      JsonNode volume = Yaml.named(mount.path("name").asString(), pod.path("volumes"));
      if (volume.has("hostPath")) {
        assertThat(volume.at("/hostPath/path")).isEqualTo(mount.path("mountPath"));
      }
    }
  }

  @Test
  void aNodeIsNeverWithoutItsDriverForLongAndNeverHasTwo() {
    assertThat(pod.path("priorityClassName").asString()).isEqualTo("system-node-critical");
    assertThat(pod.at("/tolerations/0").toString()).isEqualTo("{\"operator\":\"Exists\"}");
    assertThat(daemonSet.at("/spec/updateStrategy/rollingUpdate").toString())
        .isEqualTo("{\"maxUnavailable\":1,\"maxSurge\":0}");
  }

  @Test
  void everyContainerSaysWhatItNeeds() {
    for (JsonNode container : pod.path("containers")) {
      String name = container.path("name").asString();
      assertThat(container.at("/resources/requests/cpu").isMissingNode()).as(name).isFalse();
      assertThat(container.at("/resources/requests/memory").isMissingNode()).as(name).isFalse();
      assertThat(container.at("/resources/limits/memory").isMissingNode()).as(name).isFalse();
      assertThat(container.path("image").asString()).as(name).matches(".+:[^:/]+");
      assertThat(container.path("image").asString()).as(name).doesNotEndWith(":latest");
    }
  }

  /// Where a container mounts what, with its propagation.
  private TreeMap<String, String> mounts(String container) {
    var mounts = new TreeMap<String, String>();
    for (JsonNode mount : Yaml.container(container, daemonSet).path("volumeMounts")) {
      mounts.put(
          mount.path("mountPath").asString(), mount.path("mountPropagation").asString("None"));
    }
    return mounts;
  }
}
