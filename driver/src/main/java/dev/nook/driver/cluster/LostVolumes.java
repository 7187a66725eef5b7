package dev.nook.driver.cluster;

import dev.nook.rpc.Topology;
import dev.nook.store.id.PoolTag;
import dev.nook.store.id.SnapshotId;
import dev.nook.store.id.StoredId;
import dev.nook.store.id.VolumeId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Finds the volumes and snapshots of a driver whose node the cluster no longer has: their data is
/// lost with it, and no driver answers for them. A node that is merely down still has its Node
/// object.
record LostVolumes(ClusterApi api, String driver) {
  private static final String CONTENTS = "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents";

  /// The label by which snapshot-controller assigns a content to a node; in a JSON pointer `/` is
  /// `~1`.
  private static final String MANAGED_BY =
      "/metadata/labels/snapshot.storage.kubernetes.io~1managed-by";

  /// What is lost with the nodes.
  ///
  /// @param snapshots the snapshots whose volume has no PersistentVolume any more
  record Lost(List<Volume> volumes, List<Content> snapshots) {}

  /// One volume.
  ///
  /// @param claim namespace and name; of the bound claim; empty where none is bound
  /// @param snapshots its VolumeSnapshotContents
  record Volume(
      String volume,
      String handle,
      String node,
      String size,
      List<String> claim,
      List<Content> snapshots) {

    Optional<PoolTag> pool() {
      return new VolumeId(handle).tag();
    }
  }

  /// One snapshot.
  ///
  /// @param node the node where it was; empty where unknown
  /// @param source the handle of its volume; empty where the content was made by hand
  /// @param handle empty where it was never cut
  /// @param snapshot namespace and name of its VolumeSnapshot
  record Content(String name, String node, String source, String handle, List<String> snapshot) {
    Optional<PoolTag> pool() {
      return Stream.<StoredId>of(new SnapshotId(handle), new VolumeId(source))
          .flatMap(id -> id.tag().stream())
          .findFirst();
    }

    Content on(String where) {
      return new Content(name, where, source, handle, snapshot);
    }
  }

  Lost find() throws IOException {
    Set<String> nodes = nodes();
    List<Content> contents = contents();
    List<Volume> volumes = volumes(contents);
    return new Lost(
        volumes.stream().filter(each -> isGone(each.node(), nodes)).toList(),
        withoutVolume(contents, volumes, nodes));
  }

  /// Returns the lost snapshots without a PersistentVolume. Other PersistentVolumes of a snapshot's
  /// pool say where the pool is; the content's label names only the node of the cut, which an
  /// adopted pool has left.
  private static List<Content> withoutVolume(
      List<Content> contents, List<Volume> volumes, Set<String> nodes) {
    Map<PoolTag, String> pools = new HashMap<>();
    volumes.forEach(each ->
        each.pool()
            .ifPresent(pool -> {
              if (!nodes.contains(pools.getOrDefault(pool, ""))) {
                pools.put(pool, each.node());
              }
            }));
    Set<String> handles = new HashSet<>();
    volumes.forEach(each -> handles.add(each.handle()));
    return contents.stream()
        .filter(each -> !handles.contains(each.source()))
        .map(each -> each.on(each.pool().map(pools::get).orElse(each.node())))
        .filter(each -> isGone(each.node(), nodes))
        .toList();
  }

  private static boolean isGone(String node, Set<String> nodes) {
    return !node.isEmpty() && !nodes.contains(node);
  }

  /// Returns the values of the topology key on all nodes, and every node's name, because a node
  /// that was set up again gets its label only when the driver runs.
  private Set<String> nodes() throws IOException {
    Set<String> nodes = new HashSet<>();
    for (JsonNode node : api.list("/api/v1/nodes")) {
      nodes.add(ClusterApi.name(node));
      nodes.add(node.path("metadata").path("labels").path(key()).asString(""));
    }
    return nodes;
  }

  private List<Volume> volumes(List<Content> contents) throws IOException {
    List<Volume> volumes = new ArrayList<>();
    for (JsonNode volume : api.list("/api/v1/persistentvolumes")) {
      JsonNode spec = volume.path("spec");
      if (spec.at("/csi/driver").asString("").equals(driver)) {
        String handle = spec.at("/csi/volumeHandle").asString("");
        volumes.add(
            new Volume(
                ClusterApi.name(volume),
                handle,
                node(spec),
                spec.at("/capacity/storage").asString(""),
                reference(spec.path("claimRef")),
                contents.stream().filter(each -> each.source().equals(handle)).toList()));
      }
    }
    return volumes;
  }

  /// Returns the topology value of a volume's node; empty where it has none.
  private String node(JsonNode spec) {
    for (JsonNode term : spec.at("/nodeAffinity/required/nodeSelectorTerms")) {
      for (JsonNode expression : term.path("matchExpressions")) {
        if (expression.path("key").asString("").equals(key())) {
          return expression.at("/values/0").asString("");
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
        String given = spec.at("/source/snapshotHandle").asString("");
        contents.add(
            new Content(
                ClusterApi.name(content),
                content.at(MANAGED_BY).asString(""),
                spec.at("/source/volumeHandle").asString(""),
                content.at("/status/snapshotHandle").asString(given),
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
    return Topology.key(driver);
  }
}
