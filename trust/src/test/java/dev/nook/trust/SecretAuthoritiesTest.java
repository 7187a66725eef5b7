package dev.nook.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.server.mock.EnableKubernetesMockClient;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The Secret and the ConfigMap as the chart makes them, empty. The mock stands for an API server
/// that keeps objects and refuses to update a version that is not the last.
@EnableKubernetesMockClient(crud = true)
class SecretAuthoritiesTest extends AuthorityStoreContract {
  private static final String NAMESPACE = "nook";
  private static final String NAME = "nook-authorities";

  // The extension sets them before each test.
  @SuppressWarnings("NullAway.Init")
  private KubernetesClient cluster;

  @BeforeEach
  void install() {
    var _ =
        cluster
            .resource(
                new SecretBuilder()
                    .withNewMetadata()
                    .withNamespace(NAMESPACE)
                    .withName(NAME)
                    .endMetadata()
                    .build())
            .create();
    var _ =
        cluster
            .resource(
                new ConfigMapBuilder()
                    .withNewMetadata()
                    .withNamespace(NAMESPACE)
                    .withName(NAME)
                    .endMetadata()
                    .build())
            .create();
  }

  @Override
  AuthorityStore store() {
    return new SecretAuthorities(cluster, NAMESPACE, NAME);
  }

  @Override
  String published() {
    return cluster
        .configMaps()
        .inNamespace(NAMESPACE)
        .withName(NAME)
        .get()
        .getData()
        .getOrDefault(SecretAuthorities.CERTIFICATES, "");
  }

  @Test
  void aMissingSecretIsNamed() {
    assertThatThrownBy(() -> new SecretAuthorities(cluster, NAMESPACE, "other").read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no Secret other in the namespace nook");
  }

  @Test
  void aSecretWithAnythingElseInItIsLeftAlone() {
    var _ =
        cluster
            .secrets()
            .inNamespace(NAMESPACE)
            .withName(NAME)
            .edit(now ->
                new SecretBuilder(now)
                    .addToStringData(SecretAuthorities.AUTHORITIES, "")
                    .addToData(SecretAuthorities.AUTHORITIES, "bm90aGluZw==x")
                    .build());

    assertThatThrownBy(() -> store().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nook/nook-authorities");
    assertThat(cluster.secrets().inNamespace(NAMESPACE).withName(NAME).get().getData())
        .containsEntry(SecretAuthorities.AUTHORITIES, "bm90aGluZw==x");
  }
}
