package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/// The namespace of one test: made before it, and gone after it with every volume that it had. Of a
/// test that failed, `.nook/cluster/failures` keeps what the cluster said.
final class Namespace implements BeforeEachCallback, AfterEachCallback {
  private static final Path FAILURES = Shell.CHECKOUT.resolve(".nook/cluster/failures");

  private String name = "";

  @Override
  public void beforeEach(ExtensionContext context) {
    name = "test-" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
    String _ = Kubectl.run("create", "namespace", name);
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
            Driver.log("driver"));
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
