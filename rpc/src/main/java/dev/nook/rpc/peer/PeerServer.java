package dev.nook.rpc.peer;

import dev.nook.rpc.CallThreads;
import dev.nook.rpc.Requests;
import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Serves calls over TLS: a node's to the controllers of its cluster, or a controller's to nodes
/// that have no certificate yet. Its calls have threads of their own, so that nothing that comes
/// over the network takes those of kubelet or of the sidecars.
public final class PeerServer implements AutoCloseable {
  /// Two controllers may have eight calls each under way, and ask for the status beside them.
  private static final int MOST_CALLS = 32;

  private static final int LARGEST_MESSAGE = 1 << 20;
  private static final int LARGEST_METADATA = 8 << 10;
  private static final int RESETS_PER_SECOND = 100;
  private static final int PING_SECONDS = 5;
  private static final int IDLE_MINUTES = 10;

  private final InetSocketAddress address;
  private final EventLoopGroup events =
      new MultiThreadIoEventLoopGroup(
          1, CallThreads.named("nook-peer-events"), NioIoHandler.newFactory());
  private final CallThreads calls = new CallThreads("nook-peer", MOST_CALLS);
  private final Duration grace;
  private final Server server;

  private PeerServer(
      InetSocketAddress address,
      SslContext tls,
      List<? extends BindableService> services,
      List<? extends ServerInterceptor> interceptors,
      Duration grace) {
    this.address = address;
    this.grace = grace;
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(address)
            .channelType(NioServerSocketChannel.class)
            .bossEventLoopGroup(events)
            .workerEventLoopGroup(events)
            .sslContext(tls)
            .directExecutor()
            .callExecutor(calls)
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .maxInboundMetadataSize(LARGEST_METADATA)
            .maxConcurrentCallsPerConnection(MOST_CALLS)
            .maxRstFramesPerWindow(RESETS_PER_SECOND, 1)
            .maxConnectionIdle(IDLE_MINUTES, TimeUnit.MINUTES)
            .permitKeepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    services.forEach(some -> builder.addService(Requests.parsedInside(some.bindService())));
    interceptors.reversed().forEach(builder::intercept);
    server = builder.build();
  }

  /// Serves peers, over mutual TLS.
  ///
  /// @param interceptors see only calls that the caller's certificate permits; the first sees a
  ///   call first and its answer last
  /// @param grace how long [#close] lets running calls finish
  public static PeerServer ofPeers(
      InetSocketAddress address,
      LiveCredentials credentials,
      List<? extends BindableService> services,
      List<? extends ServerInterceptor> interceptors,
      Duration grace)
      throws IOException {
    List<ServerInterceptor> all = new ArrayList<>(List.of(new PeerGate(credentials)));
    all.addAll(interceptors);
    return new PeerServer(address, PeerTls.server(credentials), services, all, grace);
  }

  /// Serves callers who have no certificate yet and are told apart by what they say.
  public static PeerServer ofStrangers(
      InetSocketAddress address,
      LiveCredentials credentials,
      List<? extends BindableService> services,
      List<? extends ServerInterceptor> interceptors,
      Duration grace)
      throws IOException {
    SslContext tls = PeerTls.serverOfStrangers(credentials);
    return new PeerServer(address, tls, services, interceptors, grace);
  }

  /// Binds the address. Throws IOException, which names it, if that fails.
  public void start() throws IOException {
    try {
      Server _ = server.start();
    } catch (IOException e) {
      close();
      throw new IOException("peer endpoint %s: %s".formatted(address, e.getMessage()), e);
    }
  }

  /// Returns the port at which it listens.
  public int port() {
    return server.getPort();
  }

  /// Takes no new call and lets the running ones finish within the grace.
  @Override
  public void close() {
    long deadline = System.nanoTime() + grace.toNanos();
    Server _ = server.shutdown();
    try {
      if (!server.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        Server _ = server.shutdownNow();
      }
      calls.close(deadline);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      Server _ = server.shutdownNow();
    }
    var _ = events.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
