package dev.nook.rpc;

import static java.util.Objects.requireNonNull;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.ServerInterceptor;
import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Serves gRPC on a Unix socket that only this user can open.
public final class CsiServer implements AutoCloseable {
  private static final int MOST_CALLS = 256;
  private static final int LARGEST_MESSAGE = 1 << 20;
  private static final int LARGEST_METADATA = 8 << 10;
  private static final int RESETS_PER_SECOND = 1000;
  private static final int PING_SECONDS = 5;

  private final Endpoint endpoint;
  private final SocketFile file;
  private final List<? extends BindableService> services;
  private final List<? extends ServerInterceptor> interceptors;
  private final Duration grace;
  private final CallThreads calls = new CallThreads("nook", MOST_CALLS);
  private @Nullable EventLoopGroup events;
  private @Nullable Server server;

  /// @param interceptors the first sees a call first and its answer last
  /// @param grace how long [#close] lets running calls finish
  public CsiServer(
      Endpoint endpoint,
      List<? extends BindableService> services,
      List<? extends ServerInterceptor> interceptors,
      Duration grace) {
    this.endpoint = endpoint;
    file = new SocketFile(endpoint.socket());
    this.services = services;
    this.interceptors = interceptors;
    this.grace = grace;
  }

  /// Makes everything but the socket: a start that waits for something else can do this meanwhile.
  public void prepare() {
    if (server == null) {
      var loop =
          new MultiThreadIoEventLoopGroup(
              1, CallThreads.named("nook-events"), NioIoHandler.newFactory());
      events = loop;
      server = build(loop);
    }
  }

  /// Binds the socket and serves. Replaces a socket that nobody serves any more. The new socket is
  /// visible only with its final permissions. Throws IOException if another process serves the
  /// socket, or if the file there is not a socket.
  public void start() throws IOException {
    Files.createDirectories(endpoint.directory(), SocketFile.PRIVATE);
    try {
      prepare();
      file.publish(requireNonNull(server)::start);
    } catch (IOException | RuntimeException e) {
      stop(Duration.ZERO);
      throw e;
    }
  }

  /// Whether clients can find this server: its socket is neither removed nor replaced.
  public boolean isReachable() throws IOException {
    return file.isPublished();
  }

  /// Stops taking calls, lets the running ones finish within the grace, and removes the socket. A
  /// call that hangs ends with the process.
  @Override
  public void close() throws IOException {
    stop(grace);
    file.remove();
  }

  private void stop(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    if (server != null) {
      server.shutdown();
      try {
        if (!server.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          server.shutdownNow();
        }
        calls.close(deadline);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        server.shutdownNow();
      }
    }
    if (events != null) {
      var _ = events.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private Server build(EventLoopGroup events) {
    NettyServerBuilder builder =
        NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(file.fresh()))
            .channelType(NioServerDomainSocketChannel.class)
            .bossEventLoopGroup(events)
            .workerEventLoopGroup(events)
            // A Unix socket has no keep-alive; Netty warns when it is set.
            .withChildOption(ChannelOption.SO_KEEPALIVE, null)
            .directExecutor() // Handlers have threads of their own.
            .maxInboundMessageSize(LARGEST_MESSAGE)
            .maxInboundMetadataSize(LARGEST_METADATA)
            .maxConcurrentCallsPerConnection(MOST_CALLS)
            .maxRstFramesPerWindow(RESETS_PER_SECOND, 1)
            .permitKeepAliveTime(PING_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveWithoutCalls(true);
    services.forEach(some -> builder.addService(Requests.parsedInside(some.bindService())));
    interceptors.reversed().forEach(builder::intercept);
    return builder.intercept(new HandlerThreads(calls::of)).build();
  }
}
