package dev.nook.driver.doctor;

import dev.nook.driver.cluster.ClusterApi;
import dev.nook.rpc.Parameters;
import dev.nook.store.error.StorageException.InvalidArgument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Checks that the cluster can make snapshots: the CRDs, the controller that hands each snapshot to
/// its volume's node, and a class ([external-snapshotter](
/// https://github.com/kubernetes-csi/external-snapshotter#distributed-snapshotting)).
record SnapshotsCheck(ClusterApi api, String driver) {
  private static final String GROUP = "/apis/snapshot.storage.k8s.io/v1";
  private static final String PROGRAM = "snapshot-controller";
  private static final String FLAG = "--enable-distributed-snapshotting";

  /// Where the authors' manifests install it; it can be read by name where deployments cannot be
  /// listed.
  private static final String USUAL =
      "/apis/apps/v1/namespaces/kube-system/deployments/snapshot-controller";

  private static final Set<String> KINDS =
      Set.of("volumesnapshots", "volumesnapshotcontents", "volumesnapshotclasses");

  Finding kinds() throws IOException {
    Set<String> absent = new TreeSet<>(KINDS);
    Optional<JsonNode> group = api.get(GROUP);
    group.ifPresent(known ->
        known.path("resources").forEach(kind -> absent.remove(kind.path("name").asString(""))));
    return absent.isEmpty()
        ? Finding.fine("snapshot CRDs", "snapshot.storage.k8s.io/v1")
        : Finding.missing(
            "snapshot CRDs",
            "absent: %s; csi-snapshotter cannot start".formatted(String.join(", ", absent)),
            "apply client/config/crd of kubernetes-csi/external-snapshotter; docs/kubernetes.md names the version");
  }

  Finding controller() throws IOException {
    for (JsonNode deployment : deployments()) {
      for (JsonNode container :
          deployment.path("spec").path("template").path("spec").path("containers")) {
        if (isController(container)) {
          return judge(deployment, container);
        }
      }
    }
    return Finding.less(
        PROGRAM,
        "there is no Deployment of it, and without it no snapshots are made",
        "install %s with %s; docs/kubernetes.md names the version".formatted(PROGRAM, FLAG));
  }

  List<Finding> classes() throws IOException {
    List<Finding> findings = new ArrayList<>();
    for (JsonNode each : api.list(GROUP + "/volumesnapshotclasses")) {
      if (each.path("driver").asString("").equals(driver)) {
        findings.add(judge(each));
      }
    }
    if (findings.isEmpty()) {
      findings.add(
          Finding.less(
              "VolumeSnapshotClass",
              "none has the driver %s: a VolumeSnapshot has no class to name".formatted(driver),
              "install Nook's manifests or chart"));
    }
    return findings;
  }

  private List<JsonNode> deployments() throws IOException {
    try {
      return api.list("/apis/apps/v1/deployments");
    } catch (ClusterApi.Forbidden _) {
      return api.get(USUAL).stream().toList(); // A pod's account may read only this one.
    }
  }

  private static boolean isController(JsonNode container) {
    String image = container.path("image").asString("").replaceAll("[@:][^/]*$", "");
    return image.endsWith("/" + PROGRAM)
        || image.equals(PROGRAM)
        || container.path("name").asString("").equals(PROGRAM);
  }

  private static Finding judge(JsonNode deployment, JsonNode container) {
    String where =
        deployment.path("metadata").path("namespace").asString("")
            + "/"
            + ClusterApi.name(deployment);
    List<String> words = new ArrayList<>();
    container.path("command").forEach(word -> words.add(word.asString("")));
    container.path("args").forEach(word -> words.add(word.asString("")));
    boolean distributed =
        words.stream()
            .map(word -> word.replaceFirst("^--?", "--"))
            .anyMatch(word -> word.equals(FLAG) || word.equals(FLAG + "=true"));
    return distributed
        ? Finding.fine(PROGRAM, where + ", distributed")
        : Finding.missing(
            PROGRAM,
            "%s runs without %s: snapshots never become ready, and no event says why"
                .formatted(where, FLAG),
            "add it to its arguments, and let it read nodes (its RBAC file says how)");
  }

  private static Finding judge(JsonNode given) {
    String subject = "VolumeSnapshotClass " + ClusterApi.name(given);
    try {
      Parameters.ofSnapshot(ClassesCheck.strings(given.path("parameters")));
      return Finding.fine(subject, "deletion policy " + given.path("deletionPolicy").asString(""));
    } catch (InvalidArgument e) {
      return Finding.missing(
          subject,
          "every snapshot of it is refused: " + e.getMessage(),
          "remove its parameters: Nook has none for snapshots");
    }
  }
}
