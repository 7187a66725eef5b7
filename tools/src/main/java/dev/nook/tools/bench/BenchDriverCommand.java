package dev.nook.tools.bench;

import csi.v1.Csi;
import dev.nook.client.CsiClient;
import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.FlagTypes;
import dev.nook.linux.Linux;
import dev.nook.rpc.Endpoint;
import dev.nook.tools.quickstart.CleanRun;
import dev.nook.tools.quickstart.FolderFlag;
import dev.nook.tools.quickstart.LocalFolder;
import dev.nook.tools.quickstart.LocalVolume;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The measuring side for a driver that something else starts, Nook or any other: `nook image
/// --measure` compares what it prints with when it started the driver.
@Command(
    name = "driver",
    description = {
      "Wait for the first answer of a driver that something else starts, and say when it came:",
      "\"answered\" and the microseconds since 1970. Then take volumes through their lives on it."
    })
final class BenchDriverCommand implements Callable<Integer> {
  private static final long BYTES = 64L << 20;

  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      required = true,
      converter = FlagTypes.Socket.class,
      description = "The driver's Unix socket.")
  private Endpoint endpoint = Endpoint.parse("unix:///run/nook/csi.sock");

  @Option(
      names = "--starts",
      paramLabel = "N",
      defaultValue = "1",
      description = "How often it is started; between two, it ends (default: ${DEFAULT-VALUE}).")
  private int starts = 1;

  @Option(
      names = "--volumes",
      paramLabel = "N",
      defaultValue = "0",
      description = "How many volumes live on the last one (default: ${DEFAULT-VALUE}).")
  private int volumes;

  @Option(names = "--no-mounts", description = "Make and delete them, and show them to nobody.")
  private boolean noMounts;

  @Mixin private FolderFlag directory = new FolderFlag(".nook/bench");

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = command.commandLine().getOut();
    LocalFolder folder = directory.folder(Linux.host(), List.of());
    return CleanRun.in(folder, out, _ -> measure(new FirstAnswer(endpoint.socket()), folder, out));
  }

  private int measure(FirstAnswer first, LocalFolder folder, PrintWriter out)
      throws IOException, InterruptedException {
    for (int start = 1; start <= starts; start++) {
      say(out, "waiting");
      say(out, "answered " + first.await());
      if (start < starts) {
        first.awaitEnd();
      }
    }
    try (var client = new CsiClient(endpoint.socket())) {
      for (int i = 0; i < volumes; i++) {
        live("bench-" + i, client, folder);
      }
    }
    say(out, "lived " + volumes);
    return Exit.OK;
  }

  private void live(String name, CsiClient client, LocalFolder folder) throws IOException {
    var capability = CsiClient.mounted("ext4");
    Csi.Volume made = client.create(name, BYTES, capability, Map.of());
    if (!noMounts) {
      LocalVolume volume = LocalVolume.of(made, name, capability, client, folder);
      volume.stage();
      volume.publish();
      volume.unpublish();
      volume.unstage();
    }
    client.delete(made.getVolumeId());
  }

  private static void say(PrintWriter out, String line) {
    out.println(line);
    out.flush();
  }
}
