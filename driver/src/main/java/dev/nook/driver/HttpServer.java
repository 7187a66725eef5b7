package dev.nook.driver;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers GET on a few paths, from memory alone: one thread serves everybody, and neither a client
/// that is slow nor one that sends nothing holds it up.
final class HttpServer implements AutoCloseable {
  private static final int LARGEST_BODY = 1024;
  private static final int MOST_CONNECTIONS = 256;
  private static final int IDLE_SECONDS = 10;

  private final InetSocketAddress address;
  private final Map<String, Supplier<HttpAnswer>> paths;
  private final AtomicInteger connections = new AtomicInteger();
  private @Nullable EventLoopGroup events;
  private InetSocketAddress listening;

  /// @param paths what to answer on each; must not block
  HttpServer(InetSocketAddress address, Map<String, Supplier<HttpAnswer>> paths) {
    this.address = address;
    listening = address;
    this.paths = paths;
  }

  void start() throws IOException {
    var loop =
        new MultiThreadIoEventLoopGroup(
            1,
            Thread.ofPlatform().daemon().name("nook-http-", 1).factory(),
            NioIoHandler.newFactory());
    events = loop;
    var bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .childHandler(new Pipeline())
            .bind(address)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      close();
      throw new IOException(
          "--http %s: %s".formatted(HttpAddress.text(address), bound.cause().getMessage()),
          bound.cause());
    }
    listening = (InetSocketAddress) bound.channel().localAddress();
  }

  /// Where it listens; for port 0 with the port that was chosen.
  InetSocketAddress listening() {
    return listening;
  }

  @Override
  public void close() {
    if (events != null) {
      var _ = events.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  private final class Pipeline extends ChannelInitializer<SocketChannel> {
    @Override
    protected void initChannel(SocketChannel channel) {
      if (connections.incrementAndGet() > MOST_CONNECTIONS) {
        var _ = channel.close();
      }
      var _ = channel.closeFuture().addListener(_ -> connections.decrementAndGet());
      add(channel);
    }

    private void add(Channel channel) {
      channel
          .pipeline()
          .addLast(new ReadTimeoutHandler(IDLE_SECONDS, TimeUnit.SECONDS))
          .addLast(new HttpServerCodec())
          .addLast(new HttpServerKeepAliveHandler())
          .addLast(new HttpObjectAggregator(LARGEST_BODY))
          .addLast(new HttpRequests(paths));
    }
  }
}
