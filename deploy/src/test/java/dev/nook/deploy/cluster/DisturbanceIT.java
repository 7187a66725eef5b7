package dev.nook.deploy.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.deploy.Shell;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The driver, kubelet or the node go away and come back, and pods are none the worse.
class DisturbanceIT {
  /// Appends a line a tenth of a second, syncs it, and ends the pod at the first error.
  private static final String WRITER =
      """
      apiVersion: v1
      kind: Pod
      metadata: {name: writer}
      spec:
        terminationGracePeriodSeconds: 1
        restartPolicy: Never
        containers:
        - name: main
          image: localhost/busybox:1
          command: [sh, -ec, 'while true; do date >> /data/log; sync -d /data/log; usleep 100000; done']
          volumeMounts: [{name: data, mountPath: /data}]
        volumes:
        - {name: data, persistentVolumeClaim: {claimName: data}}
      """;

  @RegisterExtension final Namespace namespace = Namespace.on(Node.FIRST);
  private final Driver driver = Driver.on(Node.FIRST);

  @Test
  void aPodWritesOnWhileTheDriverIsReplaced() {
    Pod writer = writer();
    String old = driver.pod();

    String _ = Installation.kubectl("rollout", "restart", "daemonset/nook");
    Installation.awaitReady();

    assertThat(driver.pod()).isNotEqualTo(old);
    assertStillWriting(writer);
    aNewPodGetsAVolume();
    writer.delete();
  }

  @Test
  void aPodThatIsDeletedWhileTheDriverIsAwayEndsWhenItIsBack() {
    Pod pod = namespace.podWithNote("kept");
    String uid = pod.field("{.metadata.uid}");

    Installation.takeAway();
    try {
      pod.deleteWithoutWaiting();
      assertThat(namespace.volumes()).isNotEmpty();
    } finally {
      Installation.bringBack();
    }

    Await.until("the pod has ended", () -> !podExists("first"));
    Await.until("kubelet has let its folder go", () -> mountsOf(uid).isEmpty());
    Pod next = namespace.pod("next", "data").awaitReady();
    assertThat(next.run("cat /data/note")).isEqualTo("kept");
  }

  private boolean podExists(String name) {
    return !Kubectl.run(
            "-n", namespace.name(), "get", "pod", name, "--ignore-not-found", "-o", "name")
        .isEmpty();
  }

  private static String mountsOf(String uid) {
    return Node.FIRST.end("grep", uid, "/proc/self/mountinfo").out();
  }

  @Test
  void aRestartOfKubeletDisturbsNoPodAndTheDriverIsRegisteredAgain() {
    Pod writer = writer();

    Node.FIRST.stop("kubelet");
    Node.FIRST.start();

    aNewPodGetsAVolume();
    assertStillWriting(writer);
    writer.delete();
  }

  @Test
  void volumesAreBackAfterTheNodeWasRebooted() {
    namespace.claim("data", "nook", "64Mi");
    namespace.claim("wide", "nook-xfs", "320Mi");
    namespace.claim("folder", "nook-directory", "64Mi");
    Pod pod = namespace.pod("first", "data", "wide", "folder").awaitReady();
    String _ = pod.run("for v in data wide folder; do echo kept > /$v/note; done; sync");

    Node.FIRST.off();
    Node.FIRST.boot();
    Installation.awaitReady();

    Await.until(
        "the pod runs again",
        () -> pod.field("{.status.containerStatuses[0].restartCount}").matches("[1-9].*"));
    Pod _ = pod.awaitReady();
    assertThat(pod.run("cat /data/note /wide/note /folder/note")).isEqualTo("kept\nkept\nkept");
    assertThat(pod.run("echo more >> /data/note && wc -l < /data/note")).isEqualTo("2");
  }

  @Test
  void aSecondDriverOfTheSamePoolsHarmsNothingAndNamesTheFirst() {
    Pod writer = writer();
    String second = second();
    Kubectl.apply(second);
    try {
      String said =
          Await.until(
              "the second driver gives up",
              () -> Installation.kubectl("describe", "pod", "second"),
              text -> text.contains("Exit Code:    75"));
      assertThat(said).contains("is held by");
      assertStillWriting(writer);
      aNewPodGetsAVolume();
    } finally {
      String _ = Installation.kubectl("delete", "pod", "second");
    }
  }

  /// The pod that the DaemonSet makes, once more: the container of the driver alone.
  private static String second() {
    String template =
        Installation.kubectl("get", "daemonset", "nook", "-o", "jsonpath={.spec.template.spec}");
    String spec =
        Shell.end(
                template,
                List.of(
                    "jq",
                    "-c",
                    ".containers |= map(select(.name == \"driver\")) | .restartPolicy = \"Never\""
                        + " | .nodeName = \"%s\"".formatted(Node.FIRST.name())))
            .out();
    return "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"metadata\":{\"name\":\"second\","
        + "\"namespace\":\"%s\"},\"spec\":%s}".formatted(Installation.NAMESPACE, spec);
  }

  private Pod writer() {
    namespace.claim("data", "nook", "64Mi");
    return namespace.podOf("writer", WRITER).awaitReady();
  }

  private static void assertStillWriting(Pod writer) {
    int lines = Integer.parseInt(writer.run("wc -l < /data/log"));
    Await.until(
        "the log grows", () -> Integer.parseInt(writer.run("wc -l < /data/log")) > lines + 5);
    assertThat(writer.field("{.status.phase}")).isEqualTo("Running");
    assertThat(writer.field("{.status.containerStatuses[0].restartCount}")).isEqualTo("0");
  }

  private void aNewPodGetsAVolume() {
    namespace.claim("more", "nook-xfs", "320Mi");
    Pod pod = namespace.pod("newcomer", "more").awaitReady();
    assertThat(pod.run("touch /more/mine && echo done")).isEqualTo("done");
    pod.delete();
  }
}
