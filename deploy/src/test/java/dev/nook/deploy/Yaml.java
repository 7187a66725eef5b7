package dev.nook.deploy;

import static java.util.Comparator.comparing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// YAML texts as trees. A key that stands twice in one place is an error.
final class Yaml {
  static final Path CHART = Shell.CHECKOUT.resolve("deploy/helm/nook");
  static final Path KUSTOMIZE = Shell.CHECKOUT.resolve("deploy/kustomize");

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  private Yaml() {}

  static List<JsonNode> documents(String text) {
    try (MappingIterator<JsonNode> documents = MAPPER.readerFor(JsonNode.class).readValues(text)) {
      return documents.readAll().stream().filter(JsonNode::isObject).toList();
    }
  }

  /// The manifests that `kubectl apply -k` takes, as they are kept.
  static List<JsonNode> base() {
    return documents(text(KUSTOMIZE.resolve("base/nook.yaml")));
  }

  /// Each object by what makes it one of a kind, and lists of named things in the order of their
  /// names, for Kubernetes reads them as maps.
  static TreeMap<String, JsonNode> byName(List<JsonNode> objects) {
    var named = new TreeMap<String, JsonNode>();
    for (JsonNode object : objects) {
      if (named.put(name(object), sorted(object)) != null) {
        throw new IllegalArgumentException("%s stands there twice".formatted(name(object)));
      }
    }
    return named;
  }

  private static JsonNode sorted(JsonNode node) {
    if (node.isArray()) {
      List<JsonNode> items = new ArrayList<>();
      node.forEach(item -> items.add(sorted(item)));
      if (items.stream().allMatch(item -> item.has("name"))) {
        items.sort(comparing(item -> item.path("name").asString()));
      }
      return MAPPER.createArrayNode().addAll(items);
    }
    if (node.isObject()) {
      ObjectNode object = MAPPER.createObjectNode();
      node.properties().forEach(field -> object.set(field.getKey(), sorted(field.getValue())));
      return object;
    }
    return node;
  }

  static String name(JsonNode object) {
    return "%s %s %s/%s"
        .formatted(
            object.path("apiVersion").asString(""),
            object.path("kind").asString(""),
            object.at("/metadata/namespace").asString(""),
            object.at("/metadata/name").asString(""));
  }

  static List<JsonNode> ofKind(String kind, List<JsonNode> objects) {
    return objects.stream()
        .filter(object -> object.path("kind").asString("").equals(kind))
        .toList();
  }

  /// The only one of its kind.
  static JsonNode one(String kind, List<JsonNode> objects) {
    List<JsonNode> found = ofKind(kind, objects);
    if (found.size() != 1) {
      throw new IllegalArgumentException("%d of kind %s".formatted(found.size(), kind));
    }
    return found.getFirst();
  }

  static JsonNode container(String name, JsonNode daemonSet) {
    return named(name, daemonSet.at("/spec/template/spec/containers"));
  }

  static JsonNode named(String name, JsonNode list) {
    for (JsonNode one : list) {
      if (one.path("name").asString("").equals(name)) {
        return one;
      }
    }
    throw new IllegalArgumentException("nothing is called " + name);
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
