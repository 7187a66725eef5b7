package dev.nook.rpc;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// A channel to a Unix socket, as kubelet and the sidecars open it.
record SocketClient(EventLoopGroup events, ManagedChannel channel) implements AutoCloseable {
  SocketClient(Path socket) {
    this(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()), socket);
  }

  private SocketClient(EventLoopGroup events, Path socket) {
    this(
        events,
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .eventLoopGroup(events)
            .usePlaintext()
            .overrideAuthority("localhost")
            .build());
  }

  @Override
  public void close() {
    channel.shutdownNow();
    events.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
