package dev.nook.driver.doctor;

import dev.nook.driver.cluster.ClusterApi;
import dev.nook.rpc.Parameters;
import dev.nook.store.error.StorageException.InvalidArgument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// Checks that the StorageClasses of the driver can provide volumes. Parameters are checked by the
/// same code as those of CreateVolume.
record ClassesCheck(ClusterApi api, String driver) {
  List<Finding> findings() throws IOException {
    List<JsonNode> classes =
        api.list(ClusterCheck.STORAGE + "/storageclasses").stream()
            .filter(each -> each.path("provisioner").asString("").equals(driver))
            .toList();
    if (classes.isEmpty()) {
      return List.of(
          Finding.less(
              "StorageClasses",
              "none has the provisioner " + driver,
              "install Nook's manifests or chart; docs/parameters.md has an example of each"));
    }
    List<JsonNode> capacities = api.listVisible(ClusterCheck.STORAGE, "csistoragecapacities");
    List<Finding> findings = new ArrayList<>();
    for (JsonNode each : classes) {
      findings.addAll(of(each, capacities));
    }
    return findings;
  }

  private static List<Finding> of(JsonNode given, List<JsonNode> capacities) {
    String subject = "StorageClass " + ClusterApi.name(given);
    List<Finding> findings = new ArrayList<>();
    Map<String, String> parameters = strings(given.path("parameters"));
    try {
      Parameters _ = Parameters.of(parameters);
    } catch (InvalidArgument e) {
      return List.of(
          Finding.missing(
              subject,
              "every volume of it is refused: " + e.getMessage(),
              "a class cannot be changed: kubectl delete storageclass %s, and create it again"
                  .formatted(ClusterApi.name(given))));
    }
    if (!given.path("volumeBindingMode").asString("").equals("WaitForFirstConsumer")) {
      findings.add(
          Finding.less(
              subject,
              "volumeBindingMode is not WaitForFirstConsumer: volumes are placed before their pods are scheduled",
              "create it again with volumeBindingMode: WaitForFirstConsumer"));
    }
    if (!given.path("allowVolumeExpansion").asBoolean(false)) {
      findings.add(
          Finding.less(
              subject,
              "allowVolumeExpansion is not true: its volumes cannot be expanded",
              "kubectl patch storageclass %s -p '{\"allowVolumeExpansion\":true}'"
                  .formatted(ClusterApi.name(given))));
    }
    findings.addAll(capacity(subject, given, parameters, capacities));
    return findings.isEmpty()
        ? List.of(Finding.fine(subject, "a node has free space for it; its parameters are valid"))
        : findings;
  }

  /// Checks that a node has free space. Where no node has the pool of a class, every node publishes
  /// a capacity of 0.
  private static List<Finding> capacity(
      String subject, JsonNode given, Map<String, String> parameters, List<JsonNode> capacities) {
    List<JsonNode> own =
        capacities.stream()
            .filter(
                each -> each.path("storageClassName").asString("").equals(ClusterApi.name(given)))
            .toList();
    if (own.isEmpty()) {
      return List.of(
          Finding.less(
              subject,
              "no node has published its capacity for it",
              "csi-provisioner needs --enable-capacity; kubectl -n nook-system logs ds/nook -c csi-provisioner"));
    }
    if (own.stream().anyMatch(each -> positive(each.path("capacity").asString("0")))) {
      return List.of();
    }
    String pool = parameters.getOrDefault("pool", "default");
    return List.of(
        Finding.less(
            subject,
            "no node has free space for it: none has the pool %s, or all are full".formatted(pool),
            "kubectl -n nook-system exec ds/nook -c driver -- nook pool list"));
  }

  /// Whether a quantity such as `10Gi` is more than 0.
  private static boolean positive(String quantity) {
    return quantity.replaceAll("[^1-9]", "").length() > 0;
  }

  static Map<String, String> strings(JsonNode object) {
    Map<String, String> strings = new TreeMap<>();
    object.properties().forEach(entry -> strings.put(entry.getKey(), entry.getValue().asString()));
    return strings;
  }
}
