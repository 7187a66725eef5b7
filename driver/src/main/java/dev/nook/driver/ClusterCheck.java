package dev.nook.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a cluster must have and Nook cannot bring itself: how the driver is announced, where it is
/// registered, which classes there are, and who makes snapshots.
///
/// @param driver the driver's name
record ClusterCheck(ClusterApi api, String driver) {
  static final String STORAGE = "/apis/storage.k8s.io/v1";

  /// One part of the answer.
  private interface Part {
    List<Finding> findings() throws IOException;
  }

  List<Finding> findings() throws IOException {
    List<Finding> findings = new ArrayList<>();
    findings.addAll(readable("CSIDriver", () -> List.of(announced())));
    findings.addAll(readable("CSINodes", new RegistrationCheck(api, driver)::findings));
    findings.addAll(readable("StorageClasses", new ClassesCheck(api, driver)::findings));
    var snapshots = new SnapshotsCheck(api, driver);
    findings.addAll(readable("snapshot CRDs", () -> List.of(snapshots.kinds())));
    findings.addAll(readable("snapshot-controller", () -> List.of(snapshots.controller())));
    findings.addAll(readable("VolumeSnapshotClass", snapshots::classes));
    return findings;
  }

  /// What may not be read is said, and hides nothing else.
  private static List<Finding> readable(String subject, Part part) throws IOException {
    try {
      return part.findings();
    } catch (ClusterApi.Forbidden e) {
      return List.of(
          Finding.less(
              subject,
              String.valueOf(e.getMessage()),
              "run nook doctor --cluster with the kubectl of somebody who may"));
    }
  }

  /// Whether the CSIDriver object says of Nook what is true of it ([CSIDriver](
  /// https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-driver-v1/)).
  private Finding announced() throws IOException {
    Optional<JsonNode> object = api.get(STORAGE + "/csidrivers/" + driver);
    if (object.isEmpty()) {
      return Finding.missing(
          "CSIDriver", driver + " does not exist", "install Nook's manifests or chart");
    }
    JsonNode spec = object.get().path("spec");
    String fix = "kubectl delete csidriver %s, then apply Nook's manifests again".formatted(driver);
    if (spec.path("attachRequired").asBoolean(true)) {
      return Finding.missing(
          "CSIDriver",
          "attachRequired is not false: pods wait for an attach that never comes",
          fix);
    }
    List<String> wrong = new ArrayList<>();
    if (!spec.path("storageCapacity").asBoolean(false)) {
      wrong.add("storageCapacity is not true: the scheduler does not know where there is room");
    }
    if (!spec.path("fsGroupPolicy").asString("").equals("File")) {
      wrong.add("fsGroupPolicy is not File: a pod's fsGroup may not reach its files");
    }
    if (!spec.path("volumeLifecycleModes").toString().contains("\"Persistent\"")) {
      wrong.add("volumeLifecycleModes does not name Persistent");
    }
    return wrong.isEmpty()
        ? Finding.fine("CSIDriver", driver + ", as Nook needs it")
        : Finding.less("CSIDriver", String.join("; ", wrong), fix);
  }
}
