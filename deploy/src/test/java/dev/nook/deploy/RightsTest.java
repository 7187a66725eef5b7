package dev.nook.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Every verb that the driver's pod may use, with the reason for it. What is not in the table may
/// not be granted, and what is not granted may not stand in the table.
class RightsTest {
  private static final String RIGHTS =
      """
      ClusterRole | persistentvolumes | get | provisioner: the volume that a clone is made from
      ClusterRole | persistentvolumes | list watch | provisioner: which to delete; resizer: which to raise
      ClusterRole | persistentvolumes | create | provisioner: a volume was made
      ClusterRole | persistentvolumes | patch | provisioner: its finalizer; resizer: the raised size
      ClusterRole | persistentvolumes | delete | provisioner: a volume was deleted
      ClusterRole | persistentvolumeclaims | get | provisioner: fresh, before it asks for another node
      ClusterRole | persistentvolumeclaims | list watch | provisioner and resizer: what is asked for
      ClusterRole | persistentvolumeclaims | update | provisioner: another node, please; the claim a clone is made from stays
      ClusterRole | persistentvolumeclaims/status | patch | resizer: how far an expansion is
      ClusterRole | events | create patch | all three: what kubectl describe shows
      ClusterRole | storage.k8s.io/storageclasses | get | provisioner: the class of a claim
      ClusterRole | storage.k8s.io/storageclasses | list watch | provisioner: capacity for each class
      ClusterRole | storage.k8s.io/csidrivers csi.nook.dev | get | doctor --cluster: is it there, and right
      ClusterRole | storage.k8s.io/csinodes | list | doctor --cluster: which nodes have the driver
      ClusterRole | nodes | list | cluster lost: volumes whose node is gone
      ClusterRole | snapshot.storage.k8s.io/volumesnapshots | get | provisioner: the snapshot that a claim is restored from
      ClusterRole | snapshot.storage.k8s.io/volumesnapshots | list watch | provisioner: finalizers that nobody needs any more
      ClusterRole | snapshot.storage.k8s.io/volumesnapshots | update | provisioner: a snapshot stays while it is restored
      ClusterRole | snapshot.storage.k8s.io/volumesnapshotclasses | list watch | snapshotter: the class of a snapshot
      ClusterRole | snapshot.storage.k8s.io/volumesnapshotcontents | get | provisioner: the handle of a snapshot
      ClusterRole | snapshot.storage.k8s.io/volumesnapshotcontents | list watch | snapshotter: which to cut and to delete
      ClusterRole | snapshot.storage.k8s.io/volumesnapshotcontents | patch | snapshotter: finalizers and annotations
      ClusterRole | snapshot.storage.k8s.io/volumesnapshotcontents/status | update patch | snapshotter: a snapshot was cut
      ClusterRole | apps/deployments snapshot-controller | get | doctor --cluster: its flags
      Role | storage.k8s.io/csistoragecapacities | list watch create update delete | provisioner: the room on this node
      Role | pods | get | provisioner: its own pod, whose DaemonSet owns the capacities
      Role | apps/daemonsets | list | doctor --cluster: do its mounts reach the pods
      Role | coordination.k8s.io/leases | create | resizer: the first to lead
      Role | coordination.k8s.io/leases external-resizer-csi-nook-dev | get update | resizer: who leads
      """;

  /// What would let whoever holds the token of one node become more than it is.
  private static final List<String> NEVER =
      List.of(
          "secrets", "/exec", "/token", "tokenreviews", "roles", "rolebindings", "webhook", "*");

  @Test
  void everyRightHasItsReason() {
    assertThat(granted(Yaml.base())).isEqualTo(documented());
  }

  @Test
  void everyReasonIsSaid() {
    assertThat(RIGHTS.lines().map(row -> row.split(" \\| ").length)).containsOnly(4);
  }

  @Test
  void nothingIsGrantedThatGrantsMore() {
    assertThat(granted(Yaml.base()))
        .allSatisfy(right -> assertThat(NEVER).noneMatch(right::contains));
    assertThat(granted(Yaml.base()))
        .noneMatch(right -> right.endsWith(" escalate") || right.endsWith(" bind"))
        .noneMatch(right -> right.contains("| nodes |") && !right.endsWith("| list"));
  }

  @Test
  void bothRolesAreBoundToTheOneAccountAndToNobodyElse() {
    List<JsonNode> manifests = Yaml.base();
    JsonNode account = Yaml.one("ServiceAccount", manifests).path("metadata");

    for (String kind : List.of("ClusterRole", "Role")) {
      JsonNode binding = Yaml.one(kind + "Binding", manifests);
      assertThat(binding.at("/roleRef/kind").asString()).isEqualTo(kind);
      assertThat(binding.at("/roleRef/name").asString())
          .isEqualTo(Yaml.one(kind, manifests).at("/metadata/name").asString());
      assertThat(binding.path("subjects")).hasSize(1);
      assertThat(binding.at("/subjects/0/name")).isEqualTo(account.path("name"));
      assertThat(binding.at("/subjects/0/namespace")).isEqualTo(account.path("namespace"));
    }
    assertThat(Yaml.one("DaemonSet", manifests).at("/spec/template/spec/serviceAccountName"))
        .isEqualTo(account.path("name"));
  }

  /// Whatever changes an object of others is bounded by an admission policy, or shows only how far
  /// something is.
  @Test
  void everyChangeIsBoundToTheDriver() {
    Map<String, String> operations =
        Map.of("create", "CREATE", "update", "UPDATE", "patch", "UPDATE", "delete", "DELETE");
    Set<String> bounded = new TreeSet<>();
    for (JsonNode policy : Yaml.ofKind("ValidatingAdmissionPolicy", Yaml.base())) {
      for (JsonNode rule : policy.at("/spec/matchConstraints/resourceRules")) {
        for (String object : objects(rule)) {
          rule.path("operations").forEach(each -> bounded.add(object + " " + each.asString()));
        }
      }
    }

    for (JsonNode rule : Yaml.one("ClusterRole", Yaml.base()).path("rules")) {
      for (String object : objects(rule)) {
        for (JsonNode verb : rule.path("verbs")) {
          String operation = operations.get(verb.asString());
          if (operation != null && !object.endsWith("/status") && !object.equals("events")) {
            assertThat(bounded).contains(object + " " + operation);
          }
        }
      }
    }
  }

  @Test
  void thePoliciesAreForTheAccountAndDeny() {
    List<JsonNode> manifests = Yaml.base();
    JsonNode account = Yaml.one("ServiceAccount", manifests).path("metadata");
    String user =
        "request.userInfo.username == 'system:serviceaccount:%s:%s'"
            .formatted(account.path("namespace").asString(), account.path("name").asString());
    List<String> denied = new ArrayList<>();
    for (JsonNode binding : Yaml.ofKind("ValidatingAdmissionPolicyBinding", manifests)) {
      assertThat(binding.at("/spec/validationActions").toString()).isEqualTo("[\"Deny\"]");
      denied.add(binding.at("/spec/policyName").asString());
    }

    for (JsonNode policy : Yaml.ofKind("ValidatingAdmissionPolicy", manifests)) {
      assertThat(denied).contains(policy.at("/metadata/name").asString());
      assertThat(policy.at("/spec/matchConditions")).hasSize(1);
      assertThat(policy.at("/spec/matchConditions/0/expression").asString()).isEqualTo(user);
      assertThat(policy.at("/spec/failurePolicy").asString()).isEqualTo("Fail");
    }
    assertThat(denied).hasSize(2);
  }

  @Test
  void aRuleWithAWildcardIsSeen() {
    String planted =
        "{kind: Role, rules: [{apiGroups: [''], resources: ['*'], verbs: [get, '*']}]}";

    assertThat(granted(Yaml.documents(planted))).containsExactly("Role | * | *", "Role | * | get");
  }

  private static TreeSet<String> documented() {
    var rights = new TreeSet<String>();
    for (String row : RIGHTS.lines().toList()) {
      String[] cells = row.split(" \\| ");
      for (String verb : cells[2].split(" ")) {
        assertThat(rights.add("%s | %s | %s".formatted(cells[0], cells[1], verb))).as(row).isTrue();
      }
    }
    return rights;
  }

  private static TreeSet<String> granted(List<JsonNode> manifests) {
    var rights = new TreeSet<String>();
    for (String kind : List.of("ClusterRole", "Role")) {
      for (JsonNode role : Yaml.ofKind(kind, manifests)) {
        for (JsonNode rule : role.path("rules")) {
          for (String object : objects(rule)) {
            for (JsonNode verb : rule.path("verbs")) {
              rights.add("%s | %s | %s".formatted(kind, object, verb.asString()));
            }
          }
        }
      }
    }
    return rights;
  }

  /// `group/resource name` for every resource and name of a rule.
  private static List<String> objects(JsonNode rule) {
    var objects = new ArrayList<String>();
    for (JsonNode group : rule.path("apiGroups")) {
      for (JsonNode resource : rule.path("resources")) {
        String object =
            (group.asString().isEmpty() ? "" : group.asString() + "/") + resource.asString();
        if (rule.path("resourceNames").isEmpty()) {
          objects.add(object);
        }
        for (JsonNode name : rule.path("resourceNames")) {
          objects.add(object + " " + name.asString());
        }
      }
    }
    assertThat(rule.propertyNames())
        .isSubsetOf(
            "apiGroups", "apiVersions", "resources", "resourceNames", "verbs", "operations");
    return objects;
  }
}
