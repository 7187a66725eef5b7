package dev.nook.driver.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// Reads the Kubernetes API ([API concepts](
/// https://kubernetes.io/docs/reference/using-api/api-concepts/)). It does not write. (A few GET
/// requests do not justify a Kubernetes client in the image.)
public interface ClusterApi {
  int PAGE = 250;

  /// The API does not let the asking account read this.
  final class Forbidden extends IOException {
    Forbidden(String path, String why) {
      super("%s may not be read: %s".formatted(path, why));
    }
  }

  /// Returns what is at a path such as `/api/v1/nodes`; empty when there is nothing. Throws
  /// [Forbidden] where it may not be read.
  Optional<JsonNode> get(String path) throws IOException;

  /// Returns the asking account's namespace, of which it may read more than of others.
  String namespace() throws IOException;

  /// Returns all objects of a list, read in pages; empty when the API has no such list.
  default List<JsonNode> list(String path) throws IOException {
    List<JsonNode> all = new ArrayList<>();
    String next = "";
    do {
      Optional<JsonNode> page = get("%s?limit=%d%s".formatted(path, PAGE, next));
      if (page.isEmpty()) {
        return all;
      }
      page.get().path("items").forEach(all::add);
      String token = page.get().path("metadata").path("continue").asString("");
      next = token.isEmpty() ? "" : "&continue=" + URLEncoder.encode(token, UTF_8);
    } while (!next.isEmpty());
    return all;
  }

  /// Returns all objects of a namespaced kind, such as `daemonsets` of `/apis/apps/v1`; only those
  /// of [#namespace()] where no others may be read.
  default List<JsonNode> listVisible(String group, String kind) throws IOException {
    try {
      return list("%s/%s".formatted(group, kind));
    } catch (Forbidden _) {
      return list("%s/namespaces/%s/%s".formatted(group, namespace(), kind));
    }
  }

  /// Returns the API of the pod that this runs in; outside of a pod that of kubectl's current
  /// context.
  static ClusterApi here(Map<String, String> environment) throws IOException {
    Optional<ClusterApi> pod = PodApi.of(environment);
    return pod.isPresent() ? pod.get() : new KubectlApi(List.of());
  }

  /// Returns an object's name.
  static String name(JsonNode object) {
    return object.path("metadata").path("name").asString("");
  }
}
