package dev.nook.driver.controller;

import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.PeerServer;
import dev.nook.rpc.peer.Renewal;
import dev.nook.rpc.peer.TlsFiles;
import dev.nook.trust.ClusterTrust;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does a controller's part in the trust of its cluster, on a thread of its own, and serves nodes
/// that want a certificate. An API server that is away delays only that.
final class TrustKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrustKeeper.class);
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final ClusterTrust trust;
  private final PeerServer server;
  private final Renewal renewal = new Renewal(new SplittableRandom());
  private final Thread thread;
  private int failures;

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
    trust =
        ClusterTrust.of(
            cluster,
            endpoint.namespace(),
            endpoint.names(),
            new ClusterTrust.Own(name, files, credentials),
            Clock.systemUTC());
    server =
        PeerServer.ofStrangers(
            endpoint.address(), credentials, List.of(trust.enrolment()), interceptors, GRACE);
    thread = Thread.ofPlatform().daemon().name("nook-trust").unstarted(this::run);
  }

  /// Begins to serve. Until there is a certificate, every handshake fails, and nodes try again.
  void start() throws IOException {
    server.start();
    thread.start();
  }

  int port() {
    return server.port();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(turn());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration turn() {
    try {
      Duration wait = trust.keep();
      failures = 0;
      return wait;
    } catch (IOException | RuntimeException e) {
      failures++;
      Duration wait = renewal.afterFailures(failures);
      LOG.warn("nodes cannot enrol, next try in {} ms: {}", wait.toMillis(), e.toString());
      return wait;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    server.close();
  }
}
