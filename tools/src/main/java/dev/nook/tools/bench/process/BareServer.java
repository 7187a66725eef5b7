package dev.nook.tools.bench.process;

import dev.nook.identity.IdentityService;
import dev.nook.identity.PluginInfo;
import dev.nook.rpc.CsiServer;
import dev.nook.rpc.Endpoint;
import dev.nook.rpc.Features;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A gRPC server that answers Identity and does nothing else: what remains of a driver's start when
/// the driver is taken away.
final class BareServer {
  private BareServer() {}

  /// @param arguments the endpoint
  public static void main(String[] arguments) throws IOException, InterruptedException {
    var info = new PluginInfo("bare.nook.dev", "0", Map.of());
    var identity = new IdentityService(info, new Features(false, false), () -> true);
    try (var server =
        new CsiServer(Endpoint.parse(arguments[0]), List.of(identity), List.of(), Duration.ZERO)) {
      server.start();
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
