package dev.nook.deploy;

import static java.util.Map.entry;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicy;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.ValidatingAdmissionPolicyBinding;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.api.model.storage.CSIDriver;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import io.fabric8.volumesnapshot.api.model.VolumeSnapshot;
import io.fabric8.volumesnapshot.api.model.VolumeSnapshotClass;
import io.fabric8.volumesnapshot.api.model.VolumeSnapshotContent;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;

/// Kubernetes' own types, strictly: a field that the type has not is an error.
final class KubernetesTypes {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          entry("v1 ConfigMap", ConfigMap.class),
          entry("v1 Namespace", Namespace.class),
          entry("v1 PersistentVolume", PersistentVolume.class),
          entry("v1 PersistentVolumeClaim", PersistentVolumeClaim.class),
          entry("v1 Pod", Pod.class),
          entry("v1 ServiceAccount", ServiceAccount.class),
          entry(
              "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy",
              ValidatingAdmissionPolicy.class),
          entry(
              "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding",
              ValidatingAdmissionPolicyBinding.class),
          entry("apps/v1 DaemonSet", DaemonSet.class),
          entry("apps/v1 StatefulSet", StatefulSet.class),
          entry("rbac.authorization.k8s.io/v1 ClusterRole", ClusterRole.class),
          entry("rbac.authorization.k8s.io/v1 ClusterRoleBinding", ClusterRoleBinding.class),
          entry("rbac.authorization.k8s.io/v1 Role", Role.class),
          entry("rbac.authorization.k8s.io/v1 RoleBinding", RoleBinding.class),
          entry("storage.k8s.io/v1 CSIDriver", CSIDriver.class),
          entry("storage.k8s.io/v1 StorageClass", StorageClass.class),
          entry("snapshot.storage.k8s.io/v1 VolumeSnapshot", VolumeSnapshot.class),
          entry("snapshot.storage.k8s.io/v1 VolumeSnapshotClass", VolumeSnapshotClass.class),
          entry("snapshot.storage.k8s.io/v1 VolumeSnapshotContent", VolumeSnapshotContent.class));

  /// The types keep what they do not know; without that, it is refused.
  private static final JsonMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(
              new JacksonAnnotationIntrospector() {
                /// The snapshot types are annotated for another Jackson, which this one cannot
                /// read.
                @Override
                public @Nullable Object findDeserializer(MapperConfig<?> config, Annotated type) {
                  return type.getRawType().getName().startsWith("io.fabric8.volumesnapshot.")
                      ? null
                      : super.findDeserializer(config, type);
                }

                @Override
                public Boolean hasAnySetter(MapperConfig<?> config, Annotated member) {
                  return false;
                }
              })
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private KubernetesTypes() {}

  static Object decode(JsonNode object) {
    String type = object.path("apiVersion").asString("") + " " + object.path("kind").asString("");
    Class<?> known = TYPES.get(type);
    if (known == null) {
      throw new IllegalArgumentException("no type is known for " + type);
    }
    return STRICT.treeToValue(object, known);
  }
}
