package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.deploy.Shell;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What the nodes of the test cluster are good for; every other test relies on it, so this one runs
/// first.
@Order(1)
class NodesIT {
  private static final String MOUNTER =
      """
      apiVersion: apps/v1
      kind: DaemonSet
      metadata: {name: mounter}
      spec:
        selector: {matchLabels: {app: mounter}}
        template:
          metadata: {labels: {app: mounter}}
          spec:
            terminationGracePeriodSeconds: 5
            containers:
            - name: main
              image: localhost/busybox:1
              securityContext: {privileged: true}
              command:
              - sh
              - -c
              - |
                folder=/var/lib/kubelet/plugins/mounter
                trap 'umount $folder; exit' TERM
                mkdir -p $folder
                mount -t tmpfs "mounted-on-$NODE" $folder
                echo "$NODE" >/var/lib/nook/mounter
                touch /tmp/done
                while :; do sleep 1; done
              env: [{name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}]
              readinessProbe: {exec: {command: [test, -e, /tmp/done]}, periodSeconds: 1}
              volumeMounts:
              - {name: kubelet, mountPath: /var/lib/kubelet, mountPropagation: Bidirectional}
              - {name: disk, mountPath: /var/lib/nook}
            volumes:
            - {name: kubelet, hostPath: {path: /var/lib/kubelet}}
            - {name: disk, hostPath: {path: /var/lib/nook}}
      """;

  @RegisterExtension final Namespace namespace = new Namespace();

  @Test
  void podsReachEachOtherAndTheirServiceFromEveryNode() {
    Echo echo = Echo.everywhere(namespace);

    for (Node from : Node.all()) {
      for (Node to : Node.all()) {
        assertThat(echo.heard(from, echo.address(to), "node")).isEqualTo(to.name());
      }
      assertThat(echo.heard(from, echo.service(), "node")).startsWith("node-");
      assertThat(Echo.heardBy(from, echo.service())).startsWith("node-");
    }
    assertThat(echo.ready().split(" "))
        .containsExactlyInAnyOrderElementsOf(Node.all().stream().map(Node::name).toList());
  }

  @Test
  void whatAContainerMountsIsSeenOnItsNodeAndNowhereElse() {
    namespace.apply(MOUNTER);
    String _ =
        Kubectl.run(
            "-n", namespace.name(), "rollout", "status", "daemonset/mounter", "--timeout=120s");

    for (Node node : Node.all()) {
      assertThat(node.run("sh", "-c", "grep -o 'mounted-on-[^ ]*' /proc/self/mountinfo"))
          .isEqualTo("mounted-on-" + node.name());
      assertThat(node.run("cat", "/var/lib/nook/mounter")).isEqualTo(node.name());
    }
    assertThat(Shell.run("cat", "/proc/self/mountinfo")).doesNotContain("mounted-on-");
  }

  @Test
  void aNodeThatIsSwitchedOffLeavesNoLoopDeviceAndHasItsVolumesWhenItIsBack() {
    Claim claim = namespace.claim("data", "nook", "64Mi");
    Pod pod = namespace.pod("first", "data").awaitReady();
    String _ = pod.run("echo kept > /data/note; sync");
    Node node = pod.node();
    String device = node.run("losetup", "-n", "-O", "NAME", "-j", claim.image());
    assertThat(device).startsWith("/dev/loop");
    String boot = bootOf(node);

    node.off();
    try {
      assertThat(Shell.run("losetup", "-n", "-O", "NAME").lines()).doesNotContain(device);
      assertThat(node.end("true").code()).isNotZero();
    } finally {
      node.boot();
    }

    assertThat(bootOf(node)).isNotEqualTo(boot);
    Await.until("the pod has started again", () -> pod.restarts() == 1);
    assertThat(pod.awaitReady().run("cat /data/note")).isEqualTo("kept");
  }

  private static String bootOf(Node node) {
    return Kubectl.field("node/" + node.name(), "{.status.nodeInfo.bootID}");
  }

  @Test
  void aNodeThatIsCutOffIsNotReadyAndItsContainersLiveOn() {
    Echo echo = Echo.everywhere(namespace);
    String address = echo.address(Node.SECOND);

    Node.SECOND.cut();
    try {
      assertThat(echo.heard(Node.FIRST, address, "node")).isEmpty();
      Node.SECOND.awaitReady("Unknown");
      Await.until("no endpoint is there", () -> !echo.ready().contains(Node.SECOND.name()));
    } finally {
      Node.SECOND.join();
    }

    Node.SECOND.awaitReady("True");
    Await.until(
        "it is heard again",
        () -> echo.heard(Node.FIRST, address, "node").equals(Node.SECOND.name()));
    assertThat(echo.on(Node.SECOND).restarts()).isZero();
  }

  @Test
  void twoNodesThatArePartedHearTheThirdAndNotEachOther() {
    Echo echo = Echo.everywhere(namespace);
    String address = echo.address(Node.SECOND);

    Node.FIRST.partFrom(Node.SECOND);
    try {
      assertThat(echo.heard(Node.FIRST, address, "node")).isEmpty();
      assertThat(Echo.heardBy(Node.FIRST, address)).isEmpty();
      assertThat(echo.heard(Node.SECOND, echo.address(Node.FIRST), "node")).isEmpty();
      assertThat(echo.heard(Node.THIRD, address, "node")).isEqualTo(Node.SECOND.name());
    } finally {
      Node.FIRST.healWith(Node.SECOND);
    }

    assertThat(echo.heard(Node.FIRST, address, "node")).isEqualTo(Node.SECOND.name());
  }

  /// At 16 Mbit/s the 8 MiB take four seconds.
  @Test
  void aNodeWithASlowNetworkTakesItsTime() {
    Echo echo = Echo.everywhere(namespace);
    String address = echo.address(Node.SECOND);
    String large = "large | wc -c";
    assertThat(echo.heard(Node.FIRST, address, large)).isEqualTo(Integer.toString(8 << 20));

    Node.SECOND.slow("16mbit");
    try {
      assertThat(Integer.parseInt(echo.heard(Node.FIRST, address, large))).isBetween(1, 6 << 20);
    } finally {
      Node.SECOND.slow("off");
    }
  }

  @Test
  void aNodeThatIsRemovedIsForgottenAndANewOneOfItsNameHasAnEmptyDisk() {
    Echo echo = Echo.everywhere(namespace);
    String _ = Node.THIRD.run("touch", "/var/lib/nook/mark");

    Node.THIRD.remove();
    try {
      assertThat(Kubectl.exists("node/node-3")).isFalse();
      Await.until("its CSINode is gone", () -> !Kubectl.exists("csinode/node-3"));
    } finally {
      Node.THIRD.add();
    }

    assertThat(Node.THIRD.end("test", "-e", "/var/lib/nook/mark").code()).isEqualTo(1);
    Await.until("the driver is there", () -> Driver.on(Node.THIRD).isRegistered());
    Await.until(
        "its pod is heard",
        () -> echo.heard(Node.FIRST, echo.address(Node.THIRD), "node").equals("node-3"));
  }
}
