package dev.nook.trust;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/// Keeps the authorities in a Secret and shows their certificates in a ConfigMap of the same name.
/// Both are made by whoever installs the driver, so that the controller needs no right to create
/// Secrets, which cannot be limited to one name.
final class SecretAuthorities implements AuthorityStore {
  /// The key of the ConfigMap, and so the name of the file that nodes see.
  static final String CERTIFICATES = "ca.crt";

  static final String AUTHORITIES = "authorities.pem";

  private final KubernetesClient cluster;
  private final String namespace;
  private final String name;

  SecretAuthorities(KubernetesClient cluster, String namespace, String name) {
    this.cluster = cluster;
    this.namespace = namespace;
    this.name = name;
  }

  @Override
  public Seen read() throws IOException {
    try {
      Secret secret = cluster.secrets().inNamespace(namespace).withName(name).get();
      if (secret == null) {
        throw missing("Secret");
      }
      Map<String, String> data = secret.getData() == null ? Map.of() : secret.getData();
      byte[] text = Base64.getDecoder().decode(data.getOrDefault(AUTHORITIES, ""));
      return new Seen(
          secret.getMetadata().getResourceVersion(),
          AuthorityPem.parse(new String(text, StandardCharsets.US_ASCII)));
    } catch (KubernetesClientException e) {
      throw failed("read", e);
    } catch (IOException | IllegalArgumentException e) {
      throw failed("understood", e);
    }
  }

  @Override
  public boolean replace(Seen seen, Authorities next) throws IOException {
    byte[] text = AuthorityPem.secret(next).getBytes(StandardCharsets.US_ASCII);
    Secret secret =
        new SecretBuilder()
            .withNewMetadata()
            .withNamespace(namespace)
            .withName(name)
            .withResourceVersion(seen.version())
            .endMetadata()
            .addToData(AUTHORITIES, Base64.getEncoder().encodeToString(text))
            .build();
    try {
      Secret _ = cluster.resource(secret).patch();
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
        return false;
      }
      throw failed("changed", e);
    }
  }

  @Override
  public void publish(String certificates) throws IOException {
    try {
      ConfigMap shown = cluster.configMaps().inNamespace(namespace).withName(name).get();
      if (shown == null) {
        throw missing("ConfigMap");
      }
      if (shown.getData() == null || !certificates.equals(shown.getData().get(CERTIFICATES))) {
        ConfigMap _ =
            cluster
                .configMaps()
                .inNamespace(namespace)
                .withName(name)
                .edit(
                    now -> new ConfigMapBuilder(now).addToData(CERTIFICATES, certificates).build());
      }
    } catch (KubernetesClientException e) {
      throw failed("shown to nodes", e);
    }
  }

  private IOException missing(String kind) {
    return new IOException(
        "there is no %s %s in the namespace %s; the chart makes it"
            .formatted(kind, name, namespace));
  }

  private IOException failed(String done, Exception cause) {
    return new IOException(
        "The authorities in the Secret %s/%s cannot be %s: %s"
            .formatted(namespace, name, done, cause.getMessage()),
        cause);
  }
}
