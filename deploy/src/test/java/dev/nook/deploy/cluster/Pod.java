package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;

/// A pod of one container that sleeps, so that tests can run commands where its volumes are.
record Pod(String namespace, String name) {
  /// A pod with each claim mounted at the claim's name below the root.
  static String yaml(String name, String... claims) {
    StringBuilder mounts = new StringBuilder();
    StringBuilder volumes = new StringBuilder();
    for (String claim : claims) {
      mounts.append("{name: %1$s, mountPath: /%1$s},".formatted(claim));
      volumes.append("{name: %1$s, persistentVolumeClaim: {claimName: %1$s}},".formatted(claim));
    }
    return yamlOf(name, "volumes: [%s]".formatted(volumes), "volumeMounts: [%s]".formatted(mounts));
  }

  /// A pod with fields of its spec and of its container.
  static String yamlOf(String name, String spec, String container) {
    return """
    apiVersion: v1
    kind: Pod
    metadata: {name: %s}
    spec:
    %s
    """
        .formatted(name, spec(spec, container).indent(2));
  }

  /// The spec of a pod that sleeps, with these fields of its own and of its container.
  static String spec(String fields, String container) {
    return """
    terminationGracePeriodSeconds: 1
    containers:
    - name: main
      image: localhost/busybox:1
      command: [sleep, 1d]
    %s%s
    """
        .formatted(container.strip().indent(2), fields.strip());
  }

  /// A field of a pod's spec that lets it run on this node alone.
  static String at(Node node) {
    return "nodeSelector: {kubernetes.io/hostname: %s}\n".formatted(node.name());
  }

  /// The node that it was put on.
  Node node() {
    return new Node(field("{.spec.nodeName}"));
  }

  Pod awaitReady() {
    String _ =
        Kubectl.run(
            "-n", namespace, "wait", "--for=condition=Ready", "pod/" + name, "--timeout=480s");
    return this;
  }

  /// What the script prints inside the pod; fails where the script fails.
  String run(String script) {
    return end(script).orFail();
  }

  /// What the script complains about; fails where it succeeds.
  String refused(String script) {
    Shell.Ended ended = end(script);
    if (ended.code() == 0) {
      throw new AssertionError("pod %s could run: %s".formatted(name, script));
    }
    return ended.err();
  }

  private Shell.Ended end(String script) {
    return Kubectl.end("", "-n", namespace, "exec", name, "--", "sh", "-c", script);
  }

  /// What the volume holds on disk, in MiB, counted by statvfs.
  long mebibytes(String path) {
    return Long.parseLong(run("df -Pm %s | awk 'NR == 2 {print $2}'".formatted(path)));
  }

  String field(String jsonPath) {
    return Kubectl.run("-n", namespace, "get", "pod", name, "-o", "jsonpath=" + jsonPath);
  }

  /// How often its container was started again.
  int restarts() {
    return Integer.parseInt(field("{.status.containerStatuses[0].restartCount}"));
  }

  /// What `kubectl describe` shows, once it shows this.
  String awaitDescription(String part) {
    return Kubectl.awaitDescription(namespace, "pod/" + name, part);
  }

  /// Kubelet learns of a grown claim when it looks at the pod, which is once a minute or whenever
  /// the pod is changed.
  void nudge() {
    String seen = "test/nudge=" + System.nanoTime();
    String _ = Kubectl.run("-n", namespace, "annotate", "--overwrite", "pod", name, seen);
  }

  /// Deletes it and waits until kubelet has unmounted everything and let it go.
  void delete() {
    String _ =
        Kubectl.run("-n", namespace, "delete", "pod", name, "--ignore-not-found", "--timeout=240s");
  }

  void deleteWithoutWaiting() {
    String _ = Kubectl.run("-n", namespace, "delete", "pod", name, "--wait=false");
  }
}
