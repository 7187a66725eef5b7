package dev.nook.driver.controller;

import dev.nook.driver.enrol.RepeatedTask;
import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.PeerServer;
import dev.nook.rpc.peer.TlsFiles;
import dev.nook.trust.ClusterTrust;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/// Does a controller's part in the trust of its cluster, on a thread of its own, and serves nodes
/// that want a certificate. An API server that is away delays only that.
final class TrustKeeper implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final PeerServer server;
  private final RepeatedTask task;

  /// @param name the controller's name, for logs
  /// @param files where its certificate, its key and the authorities are put
  TrustKeeper(
      EnrolmentEndpoint endpoint,
      KubernetesClient cluster,
      String name,
      TlsFiles files,
      LiveCredentials credentials,
      List<ServerInterceptor> interceptors)
      throws IOException {
    ClusterTrust trust =
        ClusterTrust.of(
            cluster,
            endpoint.namespace(),
            endpoint.names(),
            new ClusterTrust.Own(name, files, credentials),
            Clock.systemUTC());
    server =
        PeerServer.ofStrangers(
            endpoint.address(), credentials, List.of(trust.enrolment()), interceptors, GRACE);
    task = new RepeatedTask("nook-trust", "nodes cannot enrol", trust::keep);
  }

  /// Begins to serve. Until there is a certificate, every handshake fails, and nodes try again.
  void start() throws IOException {
    server.start();
    task.start();
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    task.close();
    server.close();
  }
}
