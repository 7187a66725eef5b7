package dev.nook.deploy.cluster;

import dev.nook.deploy.Shell;

/// A PersistentVolumeClaim, as its owner sees it.
record Claim(String namespace, String name) {
  static String yaml(String name, String storageClass, String size) {
    return yaml(name, storageClass, size, "accessModes: [ReadWriteOnce]");
  }

  /// A claim with fields of the spec of its own: access modes, a volume mode, a source.
  static String yaml(String name, String storageClass, String size, String spec) {
    return """
    apiVersion: v1
    kind: PersistentVolumeClaim
    metadata: {name: %s}
    spec:
      storageClassName: %s
      resources: {requests: {storage: %s}}
    %s
    """
        .formatted(name, storageClass, size, spec.strip().indent(2));
  }

  /// The spec of a claim that begins with what a VolumeSnapshot or another claim holds.
  static String from(String kind, String name) {
    String group = kind.equals("VolumeSnapshot") ? "apiGroup: snapshot.storage.k8s.io, " : "";
    return "accessModes: [ReadWriteOnce]\ndataSource: {%skind: %s, name: %s}"
        .formatted(group, kind, name);
  }

  String field(String jsonPath) {
    return Kubectl.run("-n", namespace, "get", "pvc", name, "-o", "jsonpath=" + jsonPath);
  }

  String phase() {
    return field("{.status.phase}");
  }

  /// The name of the PersistentVolume that it is bound to.
  String volume() {
    return field("{.spec.volumeName}");
  }

  Claim awaitBound() {
    String _ = Await.until("claim " + name + " is bound", this::phase, "Bound"::equals);
    return this;
  }

  /// What an owner does to grow a volume: edits the claim.
  void request(String size) {
    String _ = tryRequest(size).orFail();
  }

  Shell.Ended tryRequest(String size) {
    String patch = "{\"spec\":{\"resources\":{\"requests\":{\"storage\":\"%s\"}}}}";
    return Kubectl.end("", "-n", namespace, "patch", "pvc", name, "-p", patch.formatted(size));
  }

  /// Waits until the claim of a running pod has grown to this.
  void awaitCapacity(String size, Pod pod) {
    String _ =
        Await.until(
            "claim %s has %s".formatted(name, size),
            () -> {
              pod.nudge();
              return field("{.status.capacity.storage}");
            },
            size::equals);
  }

  /// What `kubectl describe` shows of the claim of a running pod, once it shows this.
  String awaitDescription(String part, Pod pod) {
    return Kubectl.awaitDescription(namespace, "pvc/" + name, part, pod::nudge);
  }

  /// What `kubectl describe` shows, once it shows this.
  String awaitDescription(String part) {
    return Kubectl.awaitDescription(namespace, "pvc/" + name, part);
  }

  void delete() {
    String _ = Kubectl.run("-n", namespace, "delete", "pvc", name, "--timeout=240s");
  }

  /// Where its volume's image is, on the volume's node.
  String image() {
    return Driver.pools("default/volumes/%s/image".formatted(handle()));
  }

  /// The id of its volume.
  String handle() {
    return Kubectl.field("pv/" + volume(), "{.spec.csi.volumeHandle}");
  }
}
