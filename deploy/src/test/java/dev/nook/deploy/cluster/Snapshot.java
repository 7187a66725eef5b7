package dev.nook.deploy.cluster;

/// A VolumeSnapshot, as its owner sees it.
record Snapshot(String namespace, String name) {
  static String yaml(String name, String claim) {
    return """
    apiVersion: snapshot.storage.k8s.io/v1
    kind: VolumeSnapshot
    metadata: {name: %s}
    spec:
      volumeSnapshotClassName: nook
      source: {persistentVolumeClaimName: %s}
    """
        .formatted(name, claim);
  }

  String field(String jsonPath) {
    return Kubectl.run(
        "-n", namespace, "get", "volumesnapshot", name, "-o", "jsonpath=" + jsonPath);
  }

  Snapshot awaitReady() {
    String _ =
        Await.until(
            "snapshot " + name + " is ready", () -> field("{.status.readyToUse}"), "true"::equals);
    return this;
  }

  void deleteWithoutWaiting() {
    String _ = Kubectl.run("-n", namespace, "delete", "volumesnapshot", name, "--wait=false");
  }
}
