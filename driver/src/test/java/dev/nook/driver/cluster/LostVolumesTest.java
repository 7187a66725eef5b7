package dev.nook.driver.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class LostVolumesTest {
  private static final String VOLUMES = "/api/v1/persistentvolumes";
  private static final String CONTENTS = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";

  private static final String HASH = "abcdefghijklmnopqrstuvwxyz";

  private final CannedApi cluster = CannedApi.healthy();

  @Test
  void aVolumeIsLostWhenNoNodeHasItsTopologyOrItsName() throws IOException {
    cluster
        .items(
            VOLUMES, volume("pvc-1", "csi.nook.dev", "a"), volume("pvc-2", "csi.nook.dev", "gone"))
        .items("/api/v1/nodes", CannedApi.node("a", "a"));
    assertThat(lost().volumes()).extracting(LostVolumes.Volume::volume).containsExactly("pvc-2");

    cluster.items("/api/v1/nodes", CannedApi.node("a", "a"), CannedApi.node("gone", ""));
    assertThat(lost().volumes()).isEmpty();
    assertThat(ClusterLostCommand.text(lost()))
        .isEqualTo("No volume and no snapshot is on a node that the cluster no longer has.\n");

    cluster.items("/api/v1/nodes", CannedApi.node("b", "gone"), CannedApi.node("a", "a"));
    assertThat(lost().volumes()).isEmpty();
  }

  @Test
  void otherDriversVolumesAndSnapshotsAreNotOurs() throws IOException {
    cluster
        .items(VOLUMES, volume("pvc-1", "other.example.com", "gone"))
        .items(CONTENTS, content("snapcontent-1", "other.example.com", "gone", "pvc-2"));

    assertThat(lost().volumes()).isEmpty();
    assertThat(lost().snapshots()).isEmpty();
  }

  @Test
  void aLostVolumeIsShownWithWhatLetsItAndItsSnapshotsGo() throws IOException {
    cluster
        .items(VOLUMES, volume("pvc-2", "csi.nook.dev", "gone"))
        .items(
            CONTENTS,
            content("snapcontent-1", "csi.nook.dev", "gone", "pvc-2"),
            content("snapcontent-2", "csi.nook.dev", "a", "pvc-3"),
            content("snapcontent-3", "other.example.com", "gone", "pvc-2"));

    assertThat(ClusterLostCommand.text(lost()))
        .isEqualTo(
            """
            VOLUME  SIZE  NODE  CLAIM      SNAPSHOTS
            pvc-2   10Gi  gone  shop/data  1

            Their data is lost with their nodes. If a node will not come back, these commands release what was there;
            claims that are made again then get new, empty volumes on other nodes:

            # pvc-2 on gone
            kubectl patch volumesnapshotcontent snapcontent-1 --type merge -p '{"spec":{"deletionPolicy":"Retain"}}'
            kubectl -n shop delete volumesnapshot before --ignore-not-found --wait=false
            kubectl delete volumesnapshotcontent snapcontent-1 --ignore-not-found --timeout=5s ||
              kubectl patch volumesnapshotcontent snapcontent-1 --type merge -p '{"metadata":{"finalizers":null}}'
            kubectl patch pv pvc-2 --type merge -p '{"spec":{"persistentVolumeReclaimPolicy":"Retain"}}'
            kubectl -n shop delete pvc data --ignore-not-found --wait=false
            kubectl delete pv pvc-2 --ignore-not-found --timeout=5s ||
              kubectl patch pv pvc-2 --type merge -p '{"metadata":{"finalizers":null}}'
            """);
  }

  @Test
  void aSnapshotWhoseVolumeIsGoneIsShownWithWhatLetsItGo() throws IOException {
    cluster.items(
        CONTENTS,
        content("snapcontent-1", "csi.nook.dev", "gone", "pvc-1"),
        content("snapcontent-2", "csi.nook.dev", "a", "pvc-2"));

    assertThat(ClusterLostCommand.text(lost()))
        .isEqualTo(
            """
            SNAPSHOT CONTENT  NODE  SNAPSHOT
            snapcontent-1     gone  shop/before

            Their data is lost with their nodes. If a node will not come back, these commands release what was there;
            claims that are made again then get new, empty volumes on other nodes:

            # snapcontent-1 on gone
            kubectl patch volumesnapshotcontent snapcontent-1 --type merge -p '{"spec":{"deletionPolicy":"Retain"}}'
            kubectl -n shop delete volumesnapshot before --ignore-not-found --wait=false
            kubectl delete volumesnapshotcontent snapcontent-1 --ignore-not-found --timeout=5s ||
              kubectl patch volumesnapshotcontent snapcontent-1 --type merge -p '{"metadata":{"finalizers":null}}'
            """);
  }

  @Test
  void aSnapshotThatNothingLabelsIsWhereTheVolumesOfItsPoolAre() throws IOException {
    cluster
        .items(VOLUMES, inPool("pvc-1", "aaaaaaaa", "gone"), inPool("pvc-2", "bbbbbbbb", "a"))
        .items(
            CONTENTS,
            byHand("found", "\"source\": {\"snapshotHandle\": \"aaaaaaaa-s-%s\"}}"),
            byHand("cut", "\"source\": {}}, \"status\": {\"snapshotHandle\": \"aaaaaaaa-s-%s\"}"),
            byHand(
                "uncut",
                "\"source\": {\"volumeHandle\": \"aaaaaaaa-v-zyxwvutsrqponmlkjihgfedcba\"}}"),
            byHand("living", "\"source\": {\"snapshotHandle\": \"bbbbbbbb-s-%s\"}}"),
            byHand("unknown", "\"source\": {\"snapshotHandle\": \"cccccccc-s-%s\"}}"),
            byHand("foreign", "\"source\": {\"snapshotHandle\": \"%s\"}}"));

    assertThat(lost().snapshots())
        .extracting(each -> each.name() + " on " + each.node())
        .containsExactly("found on gone", "cut on gone", "uncut on gone");
  }

  @Test
  void aSnapshotOfAPoolThatWasAdoptedElsewhereIsNotLost() throws IOException {
    String old = inPool("pvc-1", "aaaaaaaa", "gone");
    String anew = inPool("pvc-2", "aaaaaaaa", "a");
    String handle = "aaaaaaaa-v-bcdefghijklmnopqrstuvwxyz2";
    String content =
        content("snapcontent-1", "csi.nook.dev", "gone", "pvc-3")
            .replace("handle-of-pvc-3", handle);

    cluster.items(CONTENTS, content).items(VOLUMES, old, anew);
    assertThat(lost().snapshots()).isEmpty();

    cluster.items(VOLUMES, anew, old);
    assertThat(lost().snapshots()).isEmpty();

    cluster.items(VOLUMES, old);
    assertThat(lost().snapshots()).hasSize(1);
  }

  @Test
  void aClusterWithoutSnapshotKindsHasNoSnapshotsToLetGo() throws IOException {
    cluster.items(VOLUMES, volume("pvc-2", "csi.nook.dev", "gone"));

    assertThat(lost().volumes())
        .singleElement()
        .satisfies(one -> assertThat(one.snapshots()).isEmpty());
    assertThat(lost().snapshots()).isEmpty();
  }

  private LostVolumes.Lost lost() throws IOException {
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

  private static String inPool(String name, String tag, String node) {
    return volume(name, "csi.nook.dev", node)
        .replace("handle-of-" + name, "%s-v-%s".formatted(tag, HASH));
  }

  /// Returns a content as snapshot-controller makes it where snapshots are distributed.
  private static String content(String name, String driver, String node, String volume) {
    return """
    {"metadata": {"name": "%s", "labels": {"snapshot.storage.kubernetes.io/managed-by": "%s"}},
     "spec": {"driver": "%s", "deletionPolicy": "Delete",
      "source": {"volumeHandle": "handle-of-%s"},
      "volumeSnapshotRef": {"kind": "VolumeSnapshot", "namespace": "shop", "name": "before"}}}\
    """
        .formatted(name, node, driver, volume);
  }

  private static String byHand(String name, String source) {
    return "{\"metadata\": {\"name\": \"%s\"}, \"spec\": {\"driver\": \"csi.nook.dev\", %s}"
        .formatted(name, source.formatted(HASH));
  }
}
