package dev.nook.driver.serve;

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
import pluginregistration.PluginRegistration.InfoRequest;
import pluginregistration.PluginRegistration.PluginInfo;
import pluginregistration.PluginRegistration.RegistrationStatus;
import pluginregistration.PluginRegistration.RegistrationStatusResponse;
import pluginregistration.RegistrationGrpc;

/// Kubelet's side of a registration: it asks on the socket that it found, then says what it did.
final class Kubelet implements AutoCloseable {
  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final ManagedChannel channel;

  Kubelet(Path socket) {
    channel =
        NettyChannelBuilder.forAddress(UnixDomainSocketAddress.of(socket))
            .channelType(NioDomainSocketChannel.class)
            .eventLoopGroup(loop)
            .withOption(ChannelOption.SO_KEEPALIVE, null)
            .usePlaintext()
            .build();
  }

  PluginInfo asks() {
    return calls().getInfo(InfoRequest.getDefaultInstance());
  }

  void registers() {
    says(RegistrationStatus.newBuilder().setPluginRegistered(true));
  }

  void refuses(String error) {
    says(RegistrationStatus.newBuilder().setError(error));
  }

  private void says(RegistrationStatus.Builder status) {
    RegistrationStatusResponse _ = calls().notifyRegistrationStatus(status.build());
  }

  private RegistrationGrpc.RegistrationBlockingStub calls() {
    return RegistrationGrpc.newBlockingStub(channel).withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var _ = loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }
}
