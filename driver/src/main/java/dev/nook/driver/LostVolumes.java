package dev.nook.driver;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The volumes of a driver whose node the cluster no longer has: their data went with it, and
/// nobody is left who would answer for them. A node that is merely down still has its Node object.
record LostVolumes(ClusterApi api, String driver) {
  private static final String CONTENTS = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";

  /// One volume.
  ///
  /// @param claim namespace and name; empty where none is bound
  /// @param snapshots its VolumeSnapshotContents
  record Lost(
      String volume,
      String handle,
      String node,
      String size,
      List<String> claim,
      List<Content> snapshots) {}

  /// One snapshot of it.
  ///
  /// @param snapshot namespace and name of its VolumeSnapshot
  record Content(String name, String source, List<String> snapshot) {}

  List<Lost> find() throws IOException {
    Set<String> nodes = nodes();
    List<Content> contents = contents();
    List<Lost> lost = new ArrayList<>();
    for (JsonNode volume : api.list("/api/v1/persistentvolumes")) {
      JsonNode spec = volume.path("spec");
      String node = node(spec);
      if (spec.path("csi").path("driver").asString("").equals(driver)
          && !node.isEmpty()
          && !nodes.contains(node)) {
        String handle = spec.path("csi").path("volumeHandle").asString("");
        lost.add(
            new Lost(
                RegistrationCheck.name(volume),
                handle,
                node,
                spec.path("capacity").path("storage").asString(""),
                reference(spec.path("claimRef")),
                contents.stream().filter(each -> each.source().equals(handle)).toList()));
      }
    }
    return lost;
  }

  /// The values of the topology key that some node still has, and every node's name: the label of a
  /// node that was set up anew comes back with the driver.
  private Set<String> nodes() throws IOException {
    Set<String> nodes = new HashSet<>();
    for (JsonNode node : api.list("/api/v1/nodes")) {
      nodes.add(RegistrationCheck.name(node));
      nodes.add(node.path("metadata").path("labels").path(key()).asString(""));
    }
    return nodes;
  }

  /// Where a volume is, in the words of its topology; empty where it does not say.
  private String node(JsonNode spec) {
    JsonNode terms = spec.path("nodeAffinity").path("required").path("nodeSelectorTerms");
    for (JsonNode term : terms) {
      for (JsonNode expression : term.path("matchExpressions")) {
        if (expression.path("key").asString("").equals(key())) {
          return expression.path("values").path(0).asString("");
        }
      }
    }
    return "";
  }

  private List<Content> contents() throws IOException {
    List<Content> contents = new ArrayList<>();
    for (JsonNode content : api.list(CONTENTS)) {
      JsonNode spec = content.path("spec");
      if (spec.path("driver").asString("").equals(driver)) {
        contents.add(
            new Content(
                RegistrationCheck.name(content),
                spec.path("source").path("volumeHandle").asString(""),
                reference(spec.path("volumeSnapshotRef"))));
      }
    }
    return contents;
  }

  private static List<String> reference(JsonNode object) {
    return object.isObject()
        ? List.of(object.path("namespace").asString(""), object.path("name").asString(""))
        : List.of();
  }

  private String key() {
    return "topology.%s/node".formatted(driver);
  }
}
