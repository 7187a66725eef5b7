package dev.nook.driver.http;

import dev.nook.driver.cli.HttpAddress;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers GET on a few paths, from memory, with one thread for all clients. A connection gets one
/// answer, lives ten seconds at most, and gives way to newer ones before that ([HttpConnections]),
/// so that no client can keep others out.
public final class HttpServer implements AutoCloseable {
  private static final int LIFE_SECONDS = 10;

  /// The bytes of an answer that the kernel takes before its client reads.
  private static final int UNREAD_BYTES = 32 << 10;

  private final InetSocketAddress address;
  private final Map<String, Supplier<HttpAnswer>> paths;
  private final HttpConnections connections = new HttpConnections();
  private @Nullable EventLoopGroup events;
  private InetSocketAddress listening;

  /// @param paths the answer of each path; must not block
  HttpServer(InetSocketAddress address, Map<String, Supplier<HttpAnswer>> paths) {
    this.address = address;
    listening = address;
    this.paths = paths;
  }

  public void start() throws IOException {
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
            .childOption(ChannelOption.SO_SNDBUF, UNREAD_BYTES)
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

  /// Returns the address at which it listens, with the chosen port for port 0.
  public InetSocketAddress listening() {
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
      var requests = new HttpRequests(paths, () -> connections.asked(channel));
      channel.pipeline().addLast(new HttpServerCodec()).addLast(requests);
      var end = channel.eventLoop().schedule(() -> end(channel), LIFE_SECONDS, TimeUnit.SECONDS);
      var _ =
          channel
              .closeFuture()
              .addListener(_ -> {
                connections.closed(channel);
                end.cancel(false); // Otherwise it would keep the closed connection in memory.
              });
      connections.opened(channel);
    }

    private static void end(SocketChannel channel) {
      var _ = channel.close();
    }
  }
}
