package dev.nook.cluster.peer;

import dev.nook.rpc.CallThreads;
import dev.nook.rpc.peer.LiveCredentials;
import dev.nook.rpc.peer.PeerTls;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/// What the connections to all nodes share: two threads, and one TLS context.
public final class PeerNetwork implements AutoCloseable {
  private static final int EVENT_THREADS = 2;

  /// A node that cannot be reached is known to be away within a second.
  private static final int CONNECT_MILLIS = 800;

  private static final int PING_SECONDS = 10;
  private static final int PING_ANSWER_SECONDS = 5;

  /// Longer than the minute after which csi-provisioner asks for capacities again.
  private static final int IDLE_SECONDS = 150;

  private static final int LARGEST_MESSAGE = 4 << 20;

  private final EventLoopGroup events =
      new MultiThreadIoEventLoopGroup(
          EVENT_THREADS, CallThreads.named("nook-peers"), NioIoHandler.newFactory());
  private final SslContext tls;

  public PeerNetwork(LiveCredentials credentials) throws SSLException {
    tls = PeerTls.client(credentials);
  }

  /// Returns a way to a node, which connects when it is used and closes its connection when it is
  /// not used any more. No call is made twice.
  ManagedChannel channel(KnownPeer peer) {
    NettyChannelBuilder builder =
        peer.address()
            .map(address ->
                NettyChannelBuilder.forAddress(new InetSocketAddress(address, peer.port())))
            .orElseGet(() ->
                NettyChannelBuilder.forTarget("dns:///%s:%d".formatted(peer.host(), peer.port())));
    return builder
        .channelType(NioSocketChannel.class)
        .eventLoopGroup(events)
        .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .overrideAuthority(PeerTls.authority(peer.node()))
        .sslContext(tls)
        .directExecutor()
        .disableRetry()
        .maxInboundMessageSize(LARGEST_MESSAGE)
        .keepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(PING_ANSWER_SECONDS, TimeUnit.SECONDS)
        .idleTimeout(IDLE_SECONDS, TimeUnit.SECONDS)
        .build();
  }

  /// Runs a task that does not block, after a delay that is lengthened or shortened by a fifth, so
  /// that many nodes are not asked at once. Empty where it is closed.
  Optional<Future<?>> after(Duration delay, Runnable task) {
    long nanos = (long) (delay.toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
    return events.isShuttingDown()
        ? Optional.empty()
        : Optional.of(events.schedule(task, nanos, TimeUnit.NANOSECONDS));
  }

  @Override
  public void close() {
    try {
      var _ = events.shutdownGracefully(0, 1, TimeUnit.SECONDS).get(2, TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the threads of connections did not end", e);
    }
  }
}
