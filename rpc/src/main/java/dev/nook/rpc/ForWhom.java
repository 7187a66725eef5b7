package dev.nook.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Optional;

/// The Kubernetes object that a call is for, as the sidecars and kubelet tell it: the claim or
/// snapshot with the `--extra-create-metadata` of csi-provisioner and csi-snapshotter, the pod with
/// `podInfoOnMount`. It serves the log only; no decision depends on it.
enum ForWhom {
  CLAIM("claim", "parameters", "csi.storage.k8s.io/pvc/"),
  SNAPSHOT("snapshot", "parameters", "csi.storage.k8s.io/volumesnapshot/"),
  POD("pod", "volume_context", "csi.storage.k8s.io/pod.");

  private final String kind;
  private final String map;
  private final String prefix;

  ForWhom(String kind, String map, String prefix) {
    this.kind = kind;
    this.map = map;
    this.prefix = prefix;
  }

  /// Returns ` kind=namespace/name`; empty unless the message has both.
  Optional<String> in(Message message) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(map);
    if (field == null || !field.isMapField()) {
      return Optional.empty();
    }
    return entry(message, field, prefix + "namespace")
        .flatMap(namespace ->
            entry(message, field, prefix + "name")
                .map(name -> " %s=%s/%s".formatted(kind, namespace, name)));
  }

  private static Optional<String> entry(Message message, FieldDescriptor field, String key) {
    for (Object each : (List<?>) message.getField(field)) {
      if (each instanceof MapEntry<?, ?> entry && entry.getKey().equals(key)) {
        return Optional.of(String.valueOf(entry.getValue()));
      }
    }
    return Optional.empty();
  }
}
