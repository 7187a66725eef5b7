package dev.nook.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nook.rpc.Parameters;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What a reader copies out of the documents is what Kubernetes and the driver take.
class ExamplesTest {
  @Test
  void everyObjectDecodesStrictly() throws IOException {
    List<JsonNode> objects = objects();

    assertThat(objects).hasSizeGreaterThan(10);
    for (JsonNode object : objects) {
      assertThat(KubernetesTypes.decode(object)).as(Yaml.name(object)).isNotNull();
    }
  }

  @Test
  void everyStorageClassIsWhatTheDriverTakes() throws Exception {
    Set<String> used = new HashSet<>();
    for (JsonNode made : Yaml.ofKind("StorageClass", objects())) {
      Map<String, String> parameters = new HashMap<>();
      made.path("parameters")
          .properties()
          .forEach(entry -> parameters.put(entry.getKey(), entry.getValue().asString()));
      assertThat(Parameters.of(parameters)).as(Yaml.name(made)).isNotNull();
      assertThat(made.path("provisioner").asString()).isEqualTo("csi.nook.dev");
      used.addAll(parameters.keySet());
    }

    assertThat(used).containsAll(Parameters.KEYS).contains("csi.storage.k8s.io/fstype");
  }

  @Test
  void everyClaimNamesAClassThatTheChartHasOrADocumentMakes() throws IOException {
    Set<String> classes = new HashSet<>();
    for (JsonNode made : Yaml.ofKind("StorageClass", Yaml.base())) {
      classes.add(made.at("/metadata/name").asString());
    }
    for (JsonNode made : Yaml.ofKind("StorageClass", objects())) {
      classes.add(made.at("/metadata/name").asString());
    }

    for (JsonNode claim : Yaml.ofKind("PersistentVolumeClaim", objects())) {
      assertThat(classes).contains(claim.at("/spec/storageClassName").asString());
    }
  }

  private static List<JsonNode> objects() throws IOException {
    return Examples.all().stream()
        .filter(example -> !example.areValues() && !example.areForATool())
        .flatMap(example -> example.objects().stream())
        .toList();
  }
}
