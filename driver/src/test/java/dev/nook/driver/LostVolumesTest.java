package dev.nook.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class LostVolumesTest {
  private static final String VOLUMES = "/api/v1/persistentvolumes";
  private static final String CONTENTS = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";

  private final CannedApi cluster = CannedApi.healthy();

  @Test
  void aVolumeIsLostWhenNoNodeHasItsTopologyOrItsName() throws IOException {
    cluster
        .items(
            VOLUMES, volume("pvc-1", "csi.nook.dev", "a"), volume("pvc-2", "csi.nook.dev", "gone"))
        .items("/api/v1/nodes", CannedApi.node("a", "a"));
    assertThat(lost()).extracting(LostVolumes.Lost::volume).containsExactly("pvc-2");

    cluster.items("/api/v1/nodes", CannedApi.node("a", "a"), CannedApi.node("gone", ""));
    assertThat(lost()).isEmpty();
    assertThat(ClusterLostCommand.text(lost()))
        .isEqualTo("No volume is on a node that the cluster no longer has.\n");

    cluster.items("/api/v1/nodes", CannedApi.node("b", "gone"), CannedApi.node("a", "a"));
    assertThat(lost()).isEmpty();
  }

  @Test
  void otherDriversVolumesAreNotOurs() throws IOException {
    cluster.items(VOLUMES, volume("pvc-1", "other.example.com", "gone"));

    assertThat(lost()).isEmpty();
  }

  @Test
  void aLostVolumeIsShownWithWhatLetsItAndItsSnapshotsGo() throws IOException {
    cluster
        .items(VOLUMES, volume("pvc-2", "csi.nook.dev", "gone"))
        .items(
            CONTENTS,
            content("snapcontent-1", "csi.nook.dev", "handle-of-pvc-2"),
            content("snapcontent-2", "csi.nook.dev", "handle-of-pvc-3"),
            content("snapcontent-3", "other.example.com", "handle-of-pvc-2"));

    assertThat(ClusterLostCommand.text(lost()))
        .isEqualTo(
            """
            VOLUME  SIZE  NODE  CLAIM      SNAPSHOTS
            pvc-2   10Gi  gone  shop/data  1

            Their data went with their nodes. If a node will not come back, this lets its volumes go;
            claims that are made again then get new, empty volumes on other nodes:

            # pvc-2 on gone
            kubectl -n shop delete volumesnapshot before --ignore-not-found --wait=false
            kubectl patch volumesnapshotcontent snapcontent-1 --type merge -p '{"spec":{"deletionPolicy":"Retain"}}'
            kubectl delete volumesnapshotcontent snapcontent-1 --wait=false
            kubectl patch volumesnapshotcontent snapcontent-1 --type merge -p '{"metadata":{"finalizers":null}}'
            kubectl -n shop delete pvc data --ignore-not-found --wait=false
            kubectl patch pv pvc-2 --type merge -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'
            kubectl delete pv pvc-2 --wait=false
            kubectl patch pv pvc-2 --type merge -p '{"metadata":{"finalizers":null}}'
            """);
  }

  @Test
  void aClusterWithoutSnapshotKindsHasNoSnapshotsToLetGo() throws IOException {
    cluster.items(VOLUMES, volume("pvc-2", "csi.nook.dev", "gone"));

    assertThat(lost()).singleElement().satisfies(one -> assertThat(one.snapshots()).isEmpty());
  }

  private List<LostVolumes.Lost> lost() throws IOException {
    return new LostVolumes(cluster, "csi.nook.dev").find();
  }

  private static String volume(String name, String driver, String node) {
    return """
    {"metadata": {"name": "%1$s", "finalizers": ["kubernetes.io/pv-protection",
        "external-provisioner.volume.kubernetes.io/finalizer"]},
     "spec": {"capacity": {"storage": "10Gi"}, "accessModes": ["ReadWriteOnce"],
      "claimRef": {"kind": "PersistentVolumeClaim", "namespace": "shop", "name": "data"},
      "csi": {"driver": "%2$s", "volumeHandle": "handle-of-%1$s", "fsType": "ext4"},
      "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": [
        {"key": "topology.csi.nook.dev/node", "operator": "In", "values": ["%3$s"]}]}]}},
      "persistentVolumeReclaimPolicy": "Delete", "storageClassName": "nook"},
     "status": {"phase": "Released"}}\
    """
        .formatted(name, driver, node);
  }

  private static String content(String name, String driver, String source) {
    return """
    {"metadata": {"name": "%s"}, "spec": {"driver": "%s", "deletionPolicy": "Delete",
      "source": {"volumeHandle": "%s"},
      "volumeSnapshotRef": {"kind": "VolumeSnapshot", "namespace": "shop", "name": "before"}}}\
    """
        .formatted(name, driver, source);
  }
}
