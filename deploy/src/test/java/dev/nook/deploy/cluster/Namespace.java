package dev.nook.deploy.cluster;

import static java.util.stream.Collectors.joining;

import dev.nook.deploy.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/// The namespace of one test: made before it, and gone after it with every volume that it had. Of a
/// test that failed, `.nook/cluster/failures` keeps what the cluster said. All its pods can be kept
/// on one node.
final class Namespace implements BeforeEachCallback, AfterEachCallback {
  private static final Path FAILURES = Shell.CHECKOUT.resolve(".nook/cluster/failures");

  private final List<String> made;
  private String name = "";

  Namespace() {
    made = List.of();
  }

  private Namespace(Node node) {
    made =
        List.of(
            "scheduler.alpha.kubernetes.io/node-selector=kubernetes.io/hostname=" + node.name());
  }

  /// One whose pods run on this node, because they are about its driver or about copies, which lie
  /// where their source is.
  static Namespace on(Node node) {
    return new Namespace(node);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    name = "test-" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
    String _ = Kubectl.run("create", "namespace", name);
    for (String annotation : made) {
      String _ = Kubectl.run("annotate", "namespace", name, annotation);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    Throwable failure = context.getExecutionException().orElse(null);
    if (failure != null && !(failure instanceof TestAbortedException)) {
      keep(context);
    }
    String _ = Kubectl.run("delete", "namespace", name, "--wait=false");
    Await.until("the volumes of " + name + " are gone", this::volumes, String::isEmpty);
  }

  private void keep(ExtensionContext context) throws Exception {
    Files.createDirectories(FAILURES);
    Path file = FAILURES.resolve(context.getRequiredTestMethod().getName() + ".txt");
    String seen =
        String.join(
            "\n\n",
            Kubectl.end("", "-n", name, "describe", "pods,pvc,volumesnapshots").out(),
            Kubectl.end("", "-n", name, "get", "events", "--sort-by=.lastTimestamp").out(),
            Kubectl.end("", "get", "pv,csistoragecapacities,csinodes", "-A", "-o", "yaml").out(),
            Node.all().stream()
                .map(node -> node.name() + ":\n" + Driver.on(node).log("driver"))
                .collect(joining("\n\n")));
    String _ = Files.writeString(file, seen).toString();
  }

  String name() {
    return name;
  }

  void apply(String yaml) {
    String _ = Kubectl.end(yaml, "-n", name, "apply", "-f", "-").orFail();
  }

  /// A claim that exists from now on.
  Claim claim(String claim, String storageClass, String size) {
    apply(Claim.yaml(claim, storageClass, size));
    return new Claim(name, claim);
  }

  Claim claim(String claim, String storageClass, String size, String spec) {
    apply(Claim.yaml(claim, storageClass, size, spec));
    return new Claim(name, claim);
  }

  /// A pod that exists from now on, with each claim mounted at its name below the root.
  Pod pod(String pod, String... claims) {
    apply(Pod.yaml(pod, claims));
    return new Pod(name, pod);
  }

  /// The pod that some YAML has described.
  Pod podOf(String pod, String yaml) {
    apply(yaml);
    return new Pod(name, pod);
  }

  /// A running pod `first` with a new claim `data`, in which it has written a note.
  Pod podWithNote(String note) {
    claim("data", "nook", "64Mi");
    Pod first = pod("first", "data").awaitReady();
    String _ = first.run("echo %s > /data/note; sync".formatted(note));
    return first;
  }

  /// A snapshot that is asked for from now on.
  Snapshot snapshot(String snapshot, String claim) {
    apply(Snapshot.yaml(snapshot, claim));
    return new Snapshot(name, snapshot);
  }

  /// The names of PersistentVolumes that are bound here.
  String volumes() {
    return Kubectl.run(
        "get",
        "pv",
        "-o",
        "jsonpath={range .items[?(@.spec.claimRef.namespace==\"%s\")]}{.metadata.name} {end}"
            .formatted(name));
  }
}
