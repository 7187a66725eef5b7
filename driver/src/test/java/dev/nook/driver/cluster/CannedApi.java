package dev.nook.driver.cluster;

import dev.nook.driver.cli.Json;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Stands in for an API server: objects by path, in the form in which a server answers them.
public final class CannedApi implements ClusterApi {
  private static final String STORAGE = "/apis/storage.k8s.io/v1/";
  private static final String DAEMON_SETS = "/apis/apps/v1/daemonsets";
  private static final String SNAPSHOT = "/apis/snapshot.storage.k8s.io/v1";

  private final Map<String, String> objects = new HashMap<>();
  private final Set<String> forbidden = new HashSet<>();

  /// A cluster in which nothing is wrong.
  public static CannedApi healthy() {
    return new CannedApi()
        .object(
            STORAGE + "csidrivers/csi.nook.dev",
            """
            {"kind": "CSIDriver", "metadata": {"name": "csi.nook.dev"}, "spec": {
              "attachRequired": false, "fsGroupPolicy": "File", "podInfoOnMount": true,
              "nodeAllocatableUpdatePeriodSeconds": 60,
              "requiresRepublish": false, "storageCapacity": true,
              "volumeLifecycleModes": ["Persistent"]}}\
            """)
        .items(
            DAEMON_SETS,
            """
            {"metadata": {"name": "other", "namespace": "other"}, "spec": {"template": {"spec":
              {"containers": [{"name": "driver"}]}}}}\
            """,
            """
            {"metadata": {"name": "nook", "namespace": "nook-system"}, "spec": {"template": {"spec":
              {"containers": [{"name": "driver",
                "env": [{"name": "NOOK_NODE_ID", "valueFrom": {}},
                  {"name": "NOOK_DRIVER_NAME", "value": "csi.nook.dev"},
                  {"name": "NOOK_KUBELET_DIR", "value": "/var/lib/kubelet"}],
                "volumeMounts": [{"name": "tmp", "mountPath": "/var"},
                  {"name": "kubelet", "mountPath": "/var/lib/kubelet",
                   "mountPropagation": "Bidirectional"},
                  {"name": "dev", "mountPath": "/dev"}]}]}}}}\
            """)
        .items(
            STORAGE + "csinodes",
            """
            {"metadata": {"name": "a"}, "spec": {"drivers": [
              {"name": "other.example.com", "nodeID": "a", "topologyKeys": null},
              {"name": "csi.nook.dev", "nodeID": "a", "allocatable": {"count": 128},
               "topologyKeys": ["topology.csi.nook.dev/node"]}]}}\
            """)
        .items(
            STORAGE + "storageclasses",
            """
            {"metadata": {"name": "nook"}, "provisioner": "csi.nook.dev",
             "parameters": {"csi.storage.k8s.io/fstype": "ext4"}, "allowVolumeExpansion": true,
             "reclaimPolicy": "Delete", "volumeBindingMode": "WaitForFirstConsumer"}\
            """,
            """
            {"metadata": {"name": "other"}, "provisioner": "other.example.com",
             "parameters": {"anything": "goes"}}\
            """)
        .items(
            STORAGE + "csistoragecapacities",
            """
            {"metadata": {"name": "csisc-7xk2p"}, "storageClassName": "nook", "capacity": "18432Mi",
             "nodeTopology": {"matchLabels": {"topology.csi.nook.dev/node": "a"}}}\
            """)
        .object(
            SNAPSHOT,
            """
            {"kind": "APIResourceList", "groupVersion": "snapshot.storage.k8s.io/v1", "resources": [
              {"name": "volumesnapshotclasses"}, {"name": "volumesnapshotcontents"},
              {"name": "volumesnapshotcontents/status"}, {"name": "volumesnapshots"},
              {"name": "volumesnapshots/status"}]}\
            """)
        .items(
            SNAPSHOT + "/volumesnapshotclasses",
            """
            {"metadata": {"name": "nook"}, "driver": "csi.nook.dev", "deletionPolicy": "Delete"}\
            """)
        .items(
            "/apis/apps/v1/deployments", controller("--v=5", "--enable-distributed-snapshotting"))
        .items("/api/v1/nodes", node("a", "a"));
  }

  public static String controller(String... arguments) {
    return """
    {"metadata": {"name": "snapshot-controller", "namespace": "kube-system"}, "spec": {"template":
      {"spec": {"containers": [{"name": "snapshot-controller", "args": ["%s"],
        "image": "registry.k8s.io/sig-storage/snapshot-controller:v8.7.0"}]}}}}\
    """
        .formatted(String.join("\", \"", arguments));
  }

  static String node(String name, String topology) {
    return """
    {"metadata": {"name": "%s", "labels": {"topology.csi.nook.dev/node": "%s"}}}\
    """
        .formatted(name, topology);
  }

  public CannedApi object(String path, String json) {
    objects.put(path, json);
    return this;
  }

  public CannedApi items(String path, String... items) {
    return object(path, "{\"items\": [%s]}".formatted(String.join(", ", items)));
  }

  public CannedApi without(String path) {
    objects.remove(path);
    return this;
  }

  /// Changes one text in one object.
  public CannedApi where(String path, String text, String instead) {
    String before = objects.getOrDefault(path, "");
    if (!before.contains(text)) {
      throw new IllegalArgumentException("%s does not hold %s".formatted(path, text));
    }
    return object(path, before.replace(text, instead));
  }

  public CannedApi forbidding(String path) {
    forbidden.add(path);
    return this;
  }

  @Override
  public Optional<JsonNode> get(String path) throws IOException {
    String bare = path.replaceFirst("[?].*", "");
    if (forbidden.contains(bare)) {
      throw new Forbidden(bare, "forbidden");
    }
    String json = objects.get(bare);
    return json == null ? Optional.empty() : Optional.of(Json.read(json));
  }

  @Override
  public String namespace() {
    return "nook-system";
  }
}
