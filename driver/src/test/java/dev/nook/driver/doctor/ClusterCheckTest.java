package dev.nook.driver.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.driver.cluster.CannedApi;
import dev.nook.driver.doctor.Finding.Mark;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterCheckTest {
  private static final String STORAGE = "/apis/storage.k8s.io/v1/";
  private static final String CSI_DRIVER = STORAGE + "csidrivers/csi.nook.dev";
  private static final String DAEMON_SETS = "/apis/apps/v1/daemonsets";
  private static final String SNAPSHOT = "/apis/snapshot.storage.k8s.io/v1";
  private static final String DEPLOYMENTS = "/apis/apps/v1/deployments";

  private static final Map<String, String> OBJECTS =
      Map.of(
          "CSIDriver",
          CSI_DRIVER,
          "DaemonSet",
          DAEMON_SETS,
          "CSINode a",
          STORAGE + "csinodes",
          "StorageClass nook",
          STORAGE + "storageclasses");

  private final CannedApi cluster = CannedApi.healthy();

  @Test
  void aClusterThatHasAllItNeedsIsFine() throws IOException {
    assertThat(findings())
        .extracting(Finding::toString)
        .containsExactly(
            "✓ CSIDriver: csi.nook.dev has the settings that Nook needs",
            "✓ DaemonSet: the mounts of nook-system/nook reach the pods",
            "✓ CSINodes: csi.nook.dev is registered on 1 of 1 nodes",
            "✓ StorageClass nook: a node has free space for it; its parameters are valid",
            "✓ snapshot CRDs: snapshot.storage.k8s.io/v1",
            "✓ snapshot-controller: kube-system/snapshot-controller, distributed",
            "✓ VolumeSnapshotClass nook: deletion policy Delete");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          CSIDriver | "attachRequired": false | "attachRequired": true | MISSING | attachRequired is not false
          CSIDriver | "storageCapacity": true | "storageCapacity": false | LESS | storageCapacity is not true
          CSIDriver | "File" | "ReadWriteOnceWithFSType" | LESS | fsGroupPolicy is not File
          CSIDriver | "Persistent" | "Ephemeral" | LESS | volumeLifecycleModes does not name Persistent
          CSIDriver | "podInfoOnMount": true | "podInfoOnMount": false | LESS | podInfoOnMount is not true
          CSIDriver | "nodeAllocatableUpdatePeriodSeconds": 60, | `` | LESS | nodeAllocatableUpdatePeriodSeconds is not set
          DaemonSet | Bidirectional | HostToContainer | MISSING | nook-system/nook mounts /var/lib/kubelet without Bidirectional
          DaemonSet | /var/lib/kubelet | /var/snap/kubelet | FINE | nook reach the pods
          DaemonSet | {"name": "NOOK_KUBELET_DIR", "value": "/var/lib/kubelet"} | {} | FINE | nook reach the pods
          DaemonSet | "value": "/var/lib/kubelet" | "value": "/k0s/kubelet" | MISSING | does not mount /k0s/kubelet
          DaemonSet | "value": "/var/lib/kubelet" | "value": "/var/kubelet" | MISSING | mounts /var/kubelet without Bidirectional
          DaemonSet | "csi.nook.dev" | "other.nook.dev" | LESS | there is none
          CSINode a | topology.csi.nook.dev/node | topology.other.dev/node | MISSING | does not name topology.csi
          CSINode a | {"count": 128} | null | LESS | has no allocatable count
          StorageClass nook | "ext4" | "btrfs" | MISSING | every volume of it is refused: parameters[
          StorageClass nook | "csi.storage.k8s.io/fstype": "ext4" | "mkfsOptions": "-x" | MISSING | is not a parameter
          StorageClass nook | WaitForFirstConsumer | Immediate | LESS | volumeBindingMode is not WaitForFirstConsumer
          StorageClass nook | "allowVolumeExpansion": true, | `` | LESS | its volumes cannot be expanded
          """)
  void whatIsNotAsNookNeedsItIsNamed(
      String subject, String text, String instead, Mark mark, String found) throws IOException {
    cluster.where(OBJECTS.getOrDefault(subject, ""), text, instead);

    assertOne(subject, mark, found);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          storageCapacity | true
          fsGroupPolicy | "File"
          podInfoOnMount | true
          nodeAllocatableUpdatePeriodSeconds | 60
          """)
  void aFieldOfTheCsiDriverThatCanBeChangedIsMendedByAPatch(String field, String value)
      throws IOException {
    cluster.where(
        CSI_DRIVER, "\"%s\": %s".formatted(field, value), "\"%s\": null".formatted(field));

    assertThat(fix("CSIDriver"))
        .startsWith(
            "kubectl patch csidriver csi.nook.dev -p '{\"spec\":{\"%s\":%s}}'"
                .formatted(field, value));
  }

  @Test
  void aFieldOfTheCsiDriverThatCannotBeChangedTakesANewObject() throws IOException {
    cluster.where(CSI_DRIVER, "\"attachRequired\": false", "\"attachRequired\": true");

    assertThat(fix("CSIDriver")).startsWith("kubectl delete csidriver csi.nook.dev, then apply");
  }

  @Test
  void everyWrongFieldOfTheCsiDriverIsNamed() throws IOException {
    cluster.object(CSI_DRIVER, "{\"spec\": {}}");

    assertThat(findings()).filteredOn(each -> each.subject().equals("CSIDriver")).hasSize(6);
  }

  @Test
  void aMountThatDoesNotReachThePodsIsMendedByAPatch() throws IOException {
    cluster.where(DAEMON_SETS, "Bidirectional", "None");

    assertThat(fix("DaemonSet"))
        .isEqualTo(
            "kubectl -n nook-system patch daemonset nook -p"
                + " '{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"driver\","
                + "\"volumeMounts\":[{\"mountPath\":\"/var/lib/kubelet\","
                + "\"mountPropagation\":\"Bidirectional\"}]}]}}}}'");
  }

  @Test
  void aPodReadsTheDaemonSetInItsOwnNamespace() throws IOException {
    cluster.forbidding(DAEMON_SETS);
    cluster.items("/apis/apps/v1/namespaces/nook-system/daemonsets");

    assertOne("DaemonSet", Mark.LESS, "there is none");
  }

  @Test
  void anAbsentCsiDriverIsNamed() throws IOException {
    cluster.without(CSI_DRIVER);

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

    assertOne("StorageClass nook", Mark.LESS, "no node has free space");
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

    assertOne("snapshot-controller", Mark.LESS, "there is no Deployment of it");
  }

  @Test
  void whereDeploymentsMayNotBeListedTheUsualOneIsRead() throws IOException {
    cluster
        .forbidding(DEPLOYMENTS)
        .object(
            "/apis/apps/v1/namespaces/kube-system/deployments/snapshot-controller",
            CannedApi.controller("--v=5"));

    assertOne(
        "snapshot-controller", Mark.MISSING, "snapshots never become ready, and no event says why");
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
    assertThat(findings()).hasSize(7);
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

  private String fix(String subject) throws IOException {
    return findings().stream()
        .filter(finding -> finding.subject().equals(subject))
        .map(finding -> finding.fix().orElseThrow())
        .collect(Collectors.joining("\n"));
  }

  private List<Finding> findings() throws IOException {
    return new ClusterCheck(cluster, "csi.nook.dev").findings();
  }
}
