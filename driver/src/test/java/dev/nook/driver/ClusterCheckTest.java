package dev.nook.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.Finding.Mark;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterCheckTest {
  private static final String STORAGE = "/apis/storage.k8s.io/v1/";
  private static final String SNAPSHOT = "/apis/snapshot.storage.k8s.io/v1";
  private static final String DEPLOYMENTS = "/apis/apps/v1/deployments";

  private final CannedApi cluster = CannedApi.healthy();

  @Test
  void aClusterThatHasAllItNeedsIsFine() throws IOException {
    assertThat(findings())
        .extracting(Finding::toString)
        .containsExactly(
            "✓ CSIDriver: csi.nook.dev, as Nook needs it",
            "✓ CSINodes: csi.nook.dev is registered on 1 of 1 nodes",
            "✓ StorageClass nook: has room on a node; its parameters are right",
            "✓ snapshot CRDs: snapshot.storage.k8s.io/v1",
            "✓ snapshot-controller: kube-system/snapshot-controller, distributed",
            "✓ VolumeSnapshotClass nook: deletion policy Delete");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"attachRequired\": false | \"attachRequired\": true | MISSING | attachRequired is not false",
        "\"storageCapacity\": true | \"storageCapacity\": false | LESS | storageCapacity is not true",
        "\"File\" | \"ReadWriteOnceWithFSType\" | LESS | fsGroupPolicy is not File",
        "\"Persistent\" | \"Ephemeral\" | LESS | volumeLifecycleModes does not name Persistent"
      })
  void aCsiDriverThatSaysOtherwiseIsNamed(String text, String instead, Mark mark, String found)
      throws IOException {
    cluster.where(STORAGE + "csidrivers/csi.nook.dev", text, instead);

    assertOne("CSIDriver", mark, found);
  }

  @Test
  void anAbsentCsiDriverIsNamed() throws IOException {
    cluster.without(STORAGE + "csidrivers/csi.nook.dev");

    assertOne("CSIDriver", Mark.MISSING, "csi.nook.dev does not exist");
  }

  @Test
  void nodesWithoutTheDriverAreNamed() throws IOException {
    cluster.items(
        STORAGE + "csinodes",
        """
        {"metadata": {"name": "a"}, "spec": {"drivers": [{"name": "csi.nook.dev",
          "topologyKeys": ["topology.csi.nook.dev/node"], "allocatable": {"count": 1}}]}}\
        """,
        """
        {"metadata": {"name": "b"}, "spec": {"drivers": null}}\
        """);
    assertOne("CSINodes", Mark.LESS, "registered on 1 of 2 nodes, not on b");

    cluster.items(STORAGE + "csinodes", "{\"metadata\": {\"name\": \"b\"}, \"spec\": {}}");
    assertOne("CSINodes", Mark.MISSING, "registered on none of 1 nodes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "topology.csi.nook.dev/node | topology.other.dev/node | MISSING | does not name topology.csi",
        "{\"count\": 128} | null | LESS | has no allocatable count"
      })
  void aNodeThatSaysTooLittleIsNamed(String text, String instead, Mark mark, String found)
      throws IOException {
    cluster.where(STORAGE + "csinodes", text, instead);

    assertOne("CSINode a", mark, found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"ext4\" | \"btrfs\" | MISSING | every volume of it is refused: parameters[",
        "\"csi.storage.k8s.io/fstype\": \"ext4\" | \"mkfsOptions\": \"-x\" | MISSING | is not a parameter",
        "WaitForFirstConsumer | Immediate | LESS | volumeBindingMode is not WaitForFirstConsumer",
        "\"allowVolumeExpansion\": true, | '' | LESS | its volumes cannot grow"
      })
  void aStorageClassOfWhichNothingGoodComesIsNamed(
      String text, String instead, Mark mark, String found) throws IOException {
    cluster.where(STORAGE + "storageclasses", text, instead);

    assertOne("StorageClass nook", mark, found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0Ki"})
  void aPoolThatNoNodeHasIsSeenFromTheRoomThatIsPublished(String capacity) throws IOException {
    cluster
        .where(
            STORAGE + "storageclasses",
            "\"csi.storage.k8s.io/fstype\": \"ext4\"",
            "\"pool\": \"fast\"")
        .where(STORAGE + "csistoragecapacities", "18432Mi", capacity);

    assertOne("StorageClass nook", Mark.LESS, "none has the pool fast, or all are full");
  }

  @Test
  void roomThatNobodyPublishesIsSaid() throws IOException {
    cluster.items(STORAGE + "csistoragecapacities");

    assertOne("StorageClass nook", Mark.LESS, "no node has published");
  }

  @Test
  void aPodReadsTheRoomThatIsPublishedInItsOwnNamespace() throws IOException {
    cluster
        .forbidding(STORAGE + "csistoragecapacities")
        .items(
            STORAGE + "namespaces/nook-system/csistoragecapacities",
            "{\"storageClassName\": \"nook\", \"capacity\": \"0\"}");

    assertOne("StorageClass nook", Mark.LESS, "no node has room");
  }

  @Test
  void absentSnapshotKindsAreNamed() throws IOException {
    cluster.where(SNAPSHOT, "{\"name\": \"volumesnapshotcontents\"},", "");
    assertOne("snapshot CRDs", Mark.MISSING, "absent: volumesnapshotcontents;");

    cluster.without(SNAPSHOT).without(SNAPSHOT + "/volumesnapshotclasses");
    assertOne(
        "snapshot CRDs",
        Mark.MISSING,
        "absent: volumesnapshotclasses, volumesnapshotcontents, volumesnapshots;");
    assertOne("VolumeSnapshotClass", Mark.LESS, "none has the driver csi.nook.dev");
  }

  @ParameterizedTest
  @CsvSource({
    "--enable-distributed-snapshotting,FINE",
    "-enable-distributed-snapshotting=true,FINE",
    "--enable-distributed-snapshotting=false,MISSING",
    "--leader-election=true,MISSING"
  })
  void aControllerThatDoesNotDistributeIsNamed(String argument, Mark mark) throws IOException {
    cluster.items(DEPLOYMENTS, CannedApi.controller("--v=5", argument));

    assertOne("snapshot-controller", mark, "kube-system/snapshot-controller");
  }

  @Test
  void aControllerThatNobodySeesIsSaid() throws IOException {
    cluster.items(DEPLOYMENTS);

    assertOne("snapshot-controller", Mark.LESS, "no Deployment of it is seen");
  }

  @Test
  void whereDeploymentsMayNotBeListedTheUsualOneIsRead() throws IOException {
    cluster
        .forbidding(DEPLOYMENTS)
        .object(
            "/apis/apps/v1/namespaces/kube-system/deployments/snapshot-controller",
            CannedApi.controller("--v=5"));

    assertOne("snapshot-controller", Mark.MISSING, "snapshots hang without a word");
  }

  @Test
  void aSnapshotClassWithParametersIsNamed() throws IOException {
    cluster.where(
        SNAPSHOT + "/volumesnapshotclasses",
        "\"deletionPolicy\"",
        "\"parameters\": {\"pool\": \"fast\"}, \"deletionPolicy\"");

    assertOne("VolumeSnapshotClass nook", Mark.MISSING, "every snapshot of it is refused");
  }

  @Test
  void whatMayNotBeReadIsSaidAndHidesNothingElse() throws IOException {
    cluster.forbidding(STORAGE + "storageclasses").items(DEPLOYMENTS);

    assertOne("StorageClasses", Mark.LESS, STORAGE + "storageclasses may not be read: forbidden");
    assertOne("snapshot-controller", Mark.LESS, "no Deployment");
    assertThat(findings()).hasSize(6);
  }

  private void assertOne(String subject, Mark mark, String found) throws IOException {
    assertThat(findings())
        .filteredOn(finding -> finding.subject().equals(subject))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.mark()).isEqualTo(mark);
          assertThat(finding.found()).contains(found);
          assertThat(finding.fix().isPresent()).isEqualTo(mark != Mark.FINE);
        });
  }

  private List<Finding> findings() throws IOException {
    return new ClusterCheck(cluster, "csi.nook.dev").findings();
  }
}
