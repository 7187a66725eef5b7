package dev.nook.driver.cluster;

import dev.nook.driver.cli.DriverNameFlag;
import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.Json;
import dev.nook.driver.cli.Table;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Lists the volumes and snapshots whose node is gone for good, with the commands that release them
/// so that claims can be made again. It deletes nothing itself.
@Command(
    name = "lost",
    description = {
      "List volumes and snapshots whose node is not in the cluster any more, and how to release them.",
      "Their data is gone. A node that is merely down is still in the cluster; its volumes are not listed."
    })
final class ClusterLostCommand implements Callable<Integer> {
  @Mixin private DriverNameFlag driver = new DriverNameFlag();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    LostVolumes.Lost lost = new LostVolumes(ClusterApi.here(System.getenv()), driver.name()).find();
    PrintWriter out = command.commandLine().getOut();
    out.print(json ? Json.of(lost) + "\n" : text(lost));
    out.flush();
    return Exit.OK;
  }

  static String text(LostVolumes.Lost lost) {
    if (lost.volumes().isEmpty() && lost.snapshots().isEmpty()) {
      return "No volume and no snapshot is on a node that the cluster no longer has.\n";
    }
    var commands = new StringBuilder();
    lost.volumes().forEach(each -> commands.append('\n').append(letGo(each)));
    lost.snapshots()
        .forEach(each ->
            commands
                .append("\n# %s on %s\n".formatted(each.name(), each.node()))
                .append(letGo(each)));
    return tables(lost)
        + """

        Their data is lost with their nodes. If a node will not come back, these commands release what was there;
        claims that are made again then get new, empty volumes on other nodes:
        """
        + commands;
  }

  private static String tables(LostVolumes.Lost lost) {
    var volumes = new Table("VOLUME", "SIZE", "NODE", "CLAIM", "SNAPSHOTS");
    for (LostVolumes.Volume each : lost.volumes()) {
      String snapshots = Integer.toString(each.snapshots().size());
      volumes.add(each.volume(), each.size(), each.node(), named(each.claim()), snapshots);
    }
    var snapshots = new Table("SNAPSHOT CONTENT", "NODE", "SNAPSHOT");
    for (LostVolumes.Content each : lost.snapshots()) {
      snapshots.add(each.name(), each.node(), named(each.snapshot()));
    }
    return Stream.of(
            lost.volumes().isEmpty() ? "" : volumes.toString(),
            lost.snapshots().isEmpty() ? "" : snapshots.toString())
        .filter(table -> !table.isEmpty())
        .collect(Collectors.joining("\n"));
  }

  private static String named(List<String> reference) {
    return reference.isEmpty() ? "-" : String.join("/", reference);
  }

  /// Returns the commands that release a volume. No driver answers a deletion on a lost node, so
  /// the reclaim policy becomes Retain first; if the object then still waits, its finalizers are
  /// removed.
  private static String letGo(LostVolumes.Volume lost) {
    var commands = new StringBuilder("# %s on %s\n".formatted(lost.volume(), lost.node()));
    lost.snapshots().forEach(content -> commands.append(letGo(content)));
    return commands
        .append(keep("pv", lost.volume(), "persistentVolumeReclaimPolicy"))
        .append(delete("pvc", lost.claim()))
        .append(free("pv", lost.volume()))
        .toString();
  }

  private static String letGo(LostVolumes.Content lost) {
    return keep("volumesnapshotcontent", lost.name(), "deletionPolicy")
        + delete("volumesnapshot", lost.snapshot())
        + free("volumesnapshotcontent", lost.name());
  }

  private static String keep(String kind, String name, String policy) {
    return "kubectl patch %s %s --type merge -p '{\"spec\":{\"%s\":\"Retain\"}}'\n"
        .formatted(kind, name, policy);
  }

  private static String delete(String kind, List<String> reference) {
    return reference.isEmpty()
        ? ""
        : "kubectl -n %s delete %s %s --ignore-not-found --wait=false\n"
            .formatted(reference.getFirst(), kind, reference.getLast());
  }

  private static String free(String kind, String name) {
    return """
    kubectl delete %1$s %2$s --ignore-not-found --timeout=5s ||
      kubectl patch %1$s %2$s --type merge -p '{"metadata":{"finalizers":null}}'
    """
        .formatted(kind, name);
  }
}
