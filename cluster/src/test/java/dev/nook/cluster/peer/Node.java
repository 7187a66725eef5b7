package dev.nook.cluster.peer;

import csi.v1.ControllerGrpc;
import csi.v1.Csi;
import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.PeerServer;
import dev.nook.rpc.peer.TlsFiles;
import dev.nook.testing.tls.TestAuthority;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import nook.v1.Nook;
import nook.v1.PeerGrpc;

/// A node over real TLS whose calls take as long as a test wants.
final class Node implements AutoCloseable {
  final BlockingQueue<Optional<Long>> begun = new LinkedBlockingQueue<>();
  final CountDownLatch end = new CountDownLatch(1);
  private final PeerServer server;

  Node(TestAuthority authority, Path folder, String name) throws IOException {
    authority.issue(folder, "nook://node/" + name);
    server =
        PeerServer.ofPeers(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            LiveCredentials.ofNode(files(folder), name),
            List.of(new Slow(), new Polite(name)),
            List.of(),
            Duration.ZERO);
    server.start();
  }

  static TlsFiles files(Path folder) {
    return new TlsFiles(
        folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("ca.crt"));
  }

  int port() {
    return server.port();
  }

  /// Goes away while its calls are under way.
  void vanish() {
    server.close();
    end.countDown();
  }

  @Override
  public void close() {
    end.countDown();
    server.close();
  }

  private final class Slow extends ControllerGrpc.ControllerImplBase {
    @Override
    public void deleteVolume(
        Csi.DeleteVolumeRequest request, StreamObserver<Csi.DeleteVolumeResponse> reply) {
      var deadline = Context.current().getDeadline();
      begun.add(
          Optional.ofNullable(deadline).map(some -> some.timeRemaining(TimeUnit.MILLISECONDS)));
      try {
        end.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      reply.onNext(Csi.DeleteVolumeResponse.getDefaultInstance());
      reply.onCompleted();
    }
  }

  private static final class Polite extends PeerGrpc.PeerImplBase {
    private final String name;

    Polite(String name) {
      this.name = name;
    }

    @Override
    public void hello(Nook.HelloRequest request, StreamObserver<Nook.HelloResponse> reply) {
      reply.onNext(
          Nook.HelloResponse.newBuilder()
              .setNodeId(name)
              .setDriverName("csi.nook.dev")
              .setComplete(true)
              .build());
      reply.onCompleted();
    }
  }
}
