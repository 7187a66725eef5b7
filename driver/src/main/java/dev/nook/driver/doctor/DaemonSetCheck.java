package dev.nook.driver.doctor;

import dev.nook.driver.cli.KubeletFlag;
import dev.nook.driver.cluster.ClusterApi;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// Checks that what the driver mounts reaches kubelet and the pods, which needs [mount
/// propagation]( https://kubernetes.io/docs/concepts/storage/volumes/#mount-propagation) where its
/// container sees kubelet's directory.
record DaemonSetCheck(ClusterApi api, String driver) {
  private static final String SUBJECT = "DaemonSet";

  List<Finding> findings() throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (JsonNode daemonSet : api.listVisible("/apis/apps/v1", "daemonsets")) {
      for (JsonNode container :
          daemonSet.path("spec").path("template").path("spec").path("containers")) {
        if (variable(container, "NOOK_DRIVER_NAME", "").equals(driver)) {
          findings.add(judge(daemonSet, container));
        }
      }
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.less(
              SUBJECT,
              "there is none with a container whose NOOK_DRIVER_NAME is " + driver,
              "install Nook's manifests or chart"));
    }
    return findings;
  }

  private static Finding judge(JsonNode daemonSet, JsonNode container) {
    String namespace = daemonSet.path("metadata").path("namespace").asString("");
    String name = ClusterApi.name(daemonSet);
    String kubelet = variable(container, "NOOK_KUBELET_DIR", KubeletFlag.DEFAULT);
    Optional<JsonNode> mount = mount(container, Path.of(kubelet));
    if (mount.isEmpty()) {
      return Finding.missing(
          SUBJECT,
          "%s/%s does not mount %s: kubelet and pods do not see its volumes"
              .formatted(namespace, name, kubelet),
          "apply Nook's manifests again");
    }
    return mount.get().path("mountPropagation").asString("").equals("Bidirectional")
        ? Finding.fine(SUBJECT, "the mounts of %s/%s reach the pods".formatted(namespace, name))
        : Finding.missing(
            SUBJECT,
            "%s/%s mounts %s without Bidirectional propagation: its volumes do not reach the pods"
                .formatted(namespace, name, kubelet),
            patch(namespace, name, container.path("name").asString(""), point(mount.get())));
  }

  /// Returns the mount that shows the directory: the deepest one at or above it.
  private static Optional<JsonNode> mount(JsonNode container, Path directory) {
    return StreamSupport.stream(container.path("volumeMounts").spliterator(), false)
        .filter(mount -> directory.startsWith(point(mount)))
        .max(Comparator.comparingInt(mount -> Path.of(point(mount)).getNameCount()));
  }

  private static String point(JsonNode mount) {
    return mount.path("mountPath").asString("");
  }

  private static String variable(JsonNode container, String name, String otherwise) {
    for (JsonNode variable : container.path("env")) {
      if (variable.path("name").asString("").equals(name)) {
        return variable.path("value").asString(otherwise);
      }
    }
    return otherwise;
  }

  private static String patch(String namespace, String name, String container, String point) {
    return """
    kubectl -n %s patch daemonset %s -p '{"spec":{"template":{"spec":{"containers":[{"name":"%s",\
    "volumeMounts":[{"mountPath":"%s","mountPropagation":"Bidirectional"}]}]}}}}'\
    """
        .formatted(namespace, name, container, point);
  }
}
