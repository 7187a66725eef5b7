package dev.nook.driver.doctor;

import dev.nook.driver.cluster.ClusterApi;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Checks that the CSIDriver object describes Nook correctly ([CSIDriver](
/// https://kubernetes.io/docs/reference/kubernetes-api/config-and-storage-resources/csi-driver-v1/)).
record CsiDriverCheck(ClusterApi api, String driver) {
  private static final String SUBJECT = "CSIDriver";

  List<Finding> findings() throws IOException {
    Optional<JsonNode> object = api.get(ClusterCheck.STORAGE + "/csidrivers/" + driver);
    if (object.isEmpty()) {
      return List.of(
          Finding.missing(
              SUBJECT, driver + " does not exist", "install Nook's manifests or chart"));
    }
    List<Finding> wrong = new ArrayList<>(fixed(object.get().path("spec")));
    wrong.addAll(changeable(object.get().path("spec")));
    return wrong.isEmpty()
        ? List.of(Finding.fine(SUBJECT, driver + " has the settings that Nook needs"))
        : wrong;
  }

  /// Checks the fields that cannot be changed once the object exists.
  private List<Finding> fixed(JsonNode spec) {
    String fix = "kubectl delete csidriver %s, then apply Nook's manifests again".formatted(driver);
    List<Finding> wrong = new ArrayList<>();
    if (spec.path("attachRequired").asBoolean(true)) {
      wrong.add(
          Finding.missing(
              SUBJECT,
              "attachRequired is not false: pods wait for an attach that never comes",
              fix));
    }
    if (!spec.path("volumeLifecycleModes").toString().contains("\"Persistent\"")) {
      wrong.add(Finding.less(SUBJECT, "volumeLifecycleModes does not name Persistent", fix));
    }
    return wrong;
  }

  private List<Finding> changeable(JsonNode spec) {
    List<Finding> wrong = new ArrayList<>();
    if (!spec.path("storageCapacity").asBoolean(false)) {
      wrong.add(
          Finding.less(
              SUBJECT,
              "storageCapacity is not true: the scheduler does not know which nodes have free space",
              patch("storageCapacity", "true")));
    }
    if (!spec.path("fsGroupPolicy").asString("").equals("File")) {
      wrong.add(
          Finding.less(
              SUBJECT,
              "fsGroupPolicy is not File: a pod's fsGroup may not reach its files",
              patch("fsGroupPolicy", "\"File\"")));
    }
    if (!spec.path("podInfoOnMount").asBoolean(false)) {
      wrong.add(
          Finding.less(
              SUBJECT,
              "podInfoOnMount is not true: the driver's log does not name pods",
              patch("podInfoOnMount", "true")));
    }
    if (!spec.path("nodeAllocatableUpdatePeriodSeconds").isNumber()) {
      wrong.add(
          Finding.less(
              SUBJECT,
              "nodeAllocatableUpdatePeriodSeconds is not set: a changed volume limit reaches the scheduler only when the driver restarts",
              patch("nodeAllocatableUpdatePeriodSeconds", "60") + "; from Kubernetes 1.36 on"));
    }
    return wrong;
  }

  private String patch(String field, String value) {
    return "kubectl patch csidriver %s -p '{\"spec\":{\"%s\":%s}}'".formatted(driver, field, value);
  }
}
