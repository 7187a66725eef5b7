package dev.nook.rpc;

import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.ServerInterceptor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A server on a real socket, and a client of it.
final class SocketServer implements AutoCloseable {
  final CsiServer server;
  final ManagedChannel channel;
  private final SocketClient client;

  SocketServer(
      Path directory,
      Duration grace,
      BindableService service,
      List<? extends ServerInterceptor> interceptors)
      throws IOException {
    Endpoint endpoint = new Endpoint(directory.resolve("csi.sock"));
    server = new CsiServer(endpoint, List.of(service), interceptors, grace);
    server.start();
    client = new SocketClient(endpoint.socket());
    channel = client.channel();
  }

  @Override
  public void close() throws IOException {
    client.close();
    server.close();
  }
}
