package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Where the scheduler puts pods, knowing what each node has space for.
class PlacementIT {
  private static final List<String> CLASSES =
      List.of("nook", "nook-xfs", "nook-thick", "nook-block", "nook-directory");

  /// A node that the API server takes for ready and empty, with no kubelet and no pool behind it.
  private static final String NODE_WITHOUT_A_POOL =
      """
      apiVersion: v1
      kind: Node
      metadata:
        name: bare
        labels: {kubernetes.io/hostname: bare, kubernetes.io/os: linux}
      """;

  private static final String ON_THE_BARE_NODE = "nodeSelector: {kubernetes.io/hostname: bare}";

  private static final String READY =
      """
      {"status": {
        "allocatable": {"cpu": "64", "memory": "256Gi", "pods": "500"},
        "capacity": {"cpu": "64", "memory": "256Gi", "pods": "500"},
        "conditions": [{"type": "Ready", "status": "True", "reason": "Test", "message": "test",
          "lastHeartbeatTime": "2100-01-01T00:00:00Z", "lastTransitionTime": "2026-01-01T00:00:00Z"}]}}
      """;

  @RegisterExtension final Namespace namespace = new Namespace();

  @Test
  void aVolumeIsMadeOnTheNodeOfItsFirstPod() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    assertThat(claim.awaitDescription("WaitForFirstConsumer")).contains("Pending");

    Pod first = namespace.pod("first", "data").awaitReady();

    String terms = "{.spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0]}";
    assertThat(Kubectl.field("pv/" + claim.volume(), terms))
        .contains("topology.csi.nook.dev/node")
        .contains(first.node().name());
  }

  @Test
  void theSchedulerKnowsTheRoomOfEveryClassOnEveryNode() {
    for (String storageClass : CLASSES) {
      for (Node node : Node.all()) {
        String _ =
            Await.until(
                "there is a capacity of %s on %s".formatted(storageClass, node.name()),
                () -> capacity(storageClass),
                text ->
                    text.matches("(?s).*\"%s\"} [1-9][0-9]*[A-Za-z]*\\b.*".formatted(node.name())));
      }
    }
  }

  private static String capacity(String storageClass) {
    return Installation.kubectl(
        "get",
        "csistoragecapacities",
        "-o",
        ("jsonpath={range .items[?(@.storageClassName==\"%s\")]}"
                + "{.nodeTopology.matchLabels} {.capacity}\n{end}\n")
            .formatted(storageClass));
  }

  @Test
  void aPodWaitsReadablyUntilThePoolHasRoomForItsClaim() {
    Claim large = namespace.claim("large", "nook", Driver.MORE_THAN_HALF);
    Pod first = onTheFirstNode("first", "large").awaitReady();
    Claim next = namespace.claim("next", "nook", Driver.MORE_THAN_HALF);
    Pod second = onTheFirstNode("second", "next");

    String said = second.awaitDescription("did not have enough free storage");
    assertThat(said).contains("FailedScheduling");
    assertThat(next.phase()).isEqualTo("Pending");

    first.delete();
    large.delete();
    assertThat(second.awaitReady().run("touch /next/mine && echo done")).isEqualTo("done");
  }

  private Pod onTheFirstNode(String name, String claim) {
    String volume =
        "volumes: [{name: data, persistentVolumeClaim: {claimName: %s}}]".formatted(claim);
    String mount = "volumeMounts: [{name: data, mountPath: /%s}]".formatted(claim);
    return namespace.podOf(name, Pod.yamlOf(name, Pod.at(Node.FIRST) + volume, mount));
  }

  @Test
  void aClaimLargerThanEveryPoolNeverBecomesAVolume() {
    Claim claim = namespace.claim("data", "nook", "100Ti");
    Pod pod = namespace.pod("first", "data");

    String _ = pod.awaitDescription("did not have enough free storage");

    assertThat(claim.phase()).isEqualTo("Pending");
    assertThat(namespace.volumes()).isEmpty();
  }

  @Test
  void aNodeWithoutAPoolIsNeverChosenHoweverIdleItIs() {
    Kubectl.apply(NODE_WITHOUT_A_POOL);
    try {
      String _ = Kubectl.run("patch", "node", "bare", "--subresource=status", "-p", READY);
      Pod control = namespace.podOf("control", Pod.yamlOf("control", ON_THE_BARE_NODE, ""));
      Await.until(
          "the bare node is usable", () -> control.field("{.spec.nodeName}").equals("bare"));
      for (int i = 0; i < 4; i++) {
        namespace.claim("data-" + i, "nook", "32Mi");
        Pod _ = namespace.pod("pod-" + i, "data-" + i);
      }

      for (int i = 0; i < 4; i++) {
        Pod pod = new Pod(namespace.name(), "pod-" + i).awaitReady();
        assertThat(pod.node().name()).isNotEqualTo("bare");
      }
      String _ =
          Kubectl.run(
              "-n", namespace.name(), "delete", "pod", "control", "--force", "--grace-period=0");
    } finally {
      String _ = Kubectl.run("delete", "node", "bare");
    }
  }

  @Test
  void eachPodGoesToANodeThatStillHasRoomUntilNoneHas() {
    List<Node> nodes = Node.all();
    List<Node> filled = new ArrayList<>();
    for (Node node : nodes) {
      filled.add(filling("beside-" + node.name()).awaitReady().node());
    }

    assertThat(filled).containsExactlyInAnyOrderElementsOf(nodes);
    assertThat(filling("late").awaitDescription("did not have enough free storage"))
        .contains("%d node(s) did not have enough free storage".formatted(nodes.size()));
  }

  private Pod filling(String name) {
    namespace.claim(name, "nook", Driver.MORE_THAN_HALF);
    return namespace.pod(name, name);
  }

  @Test
  void theLimitOfVolumesReachesTheSchedulerAndFollowsAChange() {
    String before = Await.until("the limit is known", PlacementIT::limit, "1000"::equals);
    askOften();
    namespace.claim("one", "nook", "32Mi");
    namespace.claim("two", "nook", "32Mi");
    Pod _ = onTheFirstNode("first", "one").awaitReady();
    try {
      setLimit("1");
      String _ = Await.until("the limit is 1", PlacementIT::limit, "1"::equals);

      Pod second = onTheFirstNode("second", "two");
      String _ = second.awaitDescription("exceed max volume count");

      setLimit(before);
      Pod _ = second.awaitReady();
    } finally {
      setLimit(before);
    }
  }

  /// Kubelet asks the driver for its limit every minute, or as often as this says.
  private static void askOften() {
    String patch = "{\"spec\":{\"nodeAllocatableUpdatePeriodSeconds\":10}}";
    String _ = Kubectl.run("patch", "csidriver", Driver.NAME, "-p", patch);
  }

  private static String limit() {
    return Kubectl.field(
        "csinode/" + Node.FIRST.name(),
        "{.spec.drivers[?(@.name==\"%s\")].allocatable.count}".formatted(Driver.NAME));
  }

  private static void setLimit(String limit) {
    String patch = "{\"data\":{\"max-volumes\":\"%s\"}}".formatted(limit);
    String _ = Installation.kubectl("patch", "configmap", "nook", "-p", patch);
  }
}
