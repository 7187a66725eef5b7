package dev.nook.driver.volume;

import dev.nook.driver.cli.FlagTypes;
import dev.nook.rpc.Connection;
import dev.nook.rpc.Endpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import nook.v1.VolumesGrpc;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The volume that a command names and the driver that serves it. The driver holds the pools'
/// locks, so it does the work. A check takes as long as the filesystem's checker does.
final class ServedVolume {
  @Parameters(
      paramLabel = "VOLUME",
      description = "The volume's id, which is csi.volumeHandle of its PersistentVolume.")
  private String id = "";

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      defaultValue = "unix:///run/nook/csi.sock",
      converter = FlagTypes.Socket.class,
      description = "The driver's Unix socket (default: ${DEFAULT-VALUE}); also CSI_ENDPOINT.")
  private Endpoint endpoint = Endpoint.parse("unix:///run/nook/csi.sock");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /// A call of the driver.
  interface Call<T> {
    T on(VolumesGrpc.VolumesBlockingStub driver);
  }

  String id() {
    return id;
  }

  PrintWriter out() {
    return command.commandLine().getOut();
  }

  /// Calls the driver, and prints from time to time that it is still working.
  <T> T ask(Call<T> call) throws IOException {
    if (!Files.exists(endpoint.socket())) {
      throw new IOException(
          "no driver serves at %s; start it, or name its socket with --endpoint"
              .formatted(endpoint));
    }
    try (var driver = new Connection(endpoint.socket());
        var _ = new Waiting(command.commandLine().getErr())) {
      return call.on(VolumesGrpc.newBlockingStub(driver.channel()));
    }
  }
}
