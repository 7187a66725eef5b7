package dev.nook.driver.controller;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
import java.util.function.Supplier;

/// The one connection to the API server, made when it is first needed.
final class ApiServer implements Supplier<KubernetesClient>, AutoCloseable {
  private final Supplier<KubernetesClient> connecting;

  @GuardedBy("this")
  private Optional<KubernetesClient> client = Optional.empty();

  ApiServer(Supplier<KubernetesClient> connecting) {
    this.connecting = connecting;
  }

  @Override
  public synchronized KubernetesClient get() {
    if (client.isEmpty()) {
      client = Optional.of(connecting.get());
    }
    return client.get();
  }

  @Override
  public synchronized void close() {
    client.ifPresent(KubernetesClient::close);
  }
}
