package dev.nook.driver.doctor;

import dev.nook.driver.cluster.ClusterApi;
import dev.nook.rpc.Topology;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Checks on which nodes kubelet has registered the driver, and whether the scheduler gets what it
/// needs from there.
record RegistrationCheck(ClusterApi api, String driver) {
  List<Finding> findings() throws IOException {
    List<Finding> findings = new ArrayList<>();
    List<String> without = new ArrayList<>();
    int nodes = 0;
    for (JsonNode node : api.list(ClusterCheck.STORAGE + "/csinodes")) {
      nodes++;
      String name = ClusterApi.name(node);
      JsonNode registered = registered(node);
      if (registered.isMissingNode()) {
        without.add(name);
      } else {
        findings.addAll(incomplete(name, registered));
      }
    }
    findings.addFirst(where(nodes, without));
    return findings;
  }

  private Finding where(int nodes, List<String> without) {
    int with = nodes - without.size();
    if (with == 0) {
      return Finding.missing(
          "CSINodes",
          "%s is registered on none of %d nodes".formatted(driver, nodes),
          "kubectl -n nook-system get pods; the driver's --register must be kubelet's plugins_registry");
    }
    String found = "%s is registered on %d of %d nodes".formatted(driver, with, nodes);
    return without.isEmpty()
        ? Finding.fine("CSINodes", found)
        : Finding.less(
            "CSINodes",
            "%s, not on %s".formatted(found, String.join(", ", without)),
            "if these nodes should have volumes: kubectl -n nook-system get pods -o wide");
  }

  private JsonNode registered(JsonNode node) {
    for (JsonNode candidate : node.path("spec").path("drivers")) {
      if (candidate.path("name").asString("").equals(driver)) {
        return candidate;
      }
    }
    return node.path("no driver");
  }

  private List<Finding> incomplete(String name, JsonNode registered) {
    List<Finding> findings = new ArrayList<>();
    String key = Topology.key(driver);
    if (!registered.path("topologyKeys").toString().contains("\"" + key + "\"")) {
      findings.add(
          Finding.missing(
              "CSINode " + name,
              "does not name %s: no volume can be placed there".formatted(key),
              "restart the driver's pod on this node"));
    }
    if (!registered.path("allocatable").path("count").isNumber()) {
      findings.add(
          Finding.less(
              "CSINode " + name,
              "has no allocatable count: the scheduler does not know the volume limit",
              "restart the driver's pod on this node"));
    }
    return findings;
  }
}
