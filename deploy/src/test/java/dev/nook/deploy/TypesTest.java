package dev.nook.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Every manifest is what Kubernetes' types say, field by field.
class TypesTest {
  @Test
  void everyManifestDecodesStrictly() {
    List<JsonNode> manifests = Yaml.base();

    assertThat(manifests).hasSizeGreaterThan(10);
    for (JsonNode manifest : manifests) {
      assertThat(KubernetesTypes.decode(manifest).getClass().getSimpleName())
          .as(Yaml.name(manifest))
          .isEqualTo(manifest.path("kind").asString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          attachRequire | {apiVersion: storage.k8s.io/v1, kind: CSIDriver, spec: {attachRequire: false}}
          parameter     | {apiVersion: storage.k8s.io/v1, kind: StorageClass, parameter: {pool: fast}}
          drivr         | {apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotClass, drivr: x}
          hostPid       | {apiVersion: apps/v1, kind: DaemonSet, spec: {template: {spec: {hostPid: true}}}}
          label         | {apiVersion: v1, kind: ConfigMap, metadata: {label: {}}}
          attachRequired | {apiVersion: storage.k8s.io/v1, kind: CSIDriver, spec: {attachRequired: perhaps}}
          sorce  | {apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshot, spec: {sorce: {}}}
          snapshotHandl | {apiVersion: snapshot.storage.k8s.io/v1, kind: VolumeSnapshotContent, spec: {source: {snapshotHandl: x}}}
          no type       | {apiVersion: storage.k8s.io/v1beta1, kind: CSIDriver}
          """)
  void aTypingErrorIsRefused(String named, String planted) {
    JsonNode object = Yaml.documents(planted).getFirst();

    assertThatThrownBy(() -> KubernetesTypes.decode(object)).hasMessageContaining(named);
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() {
    assertThatThrownBy(() -> Yaml.documents("a: 1\na: 2\n")).hasMessageContaining("uplicate");
  }
}
