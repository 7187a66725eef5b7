package dev.nook.driver;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Lists the volumes whose node is gone for ever, and what to type so that their claims can be made
/// anew. It deletes nothing itself.
@Command(
    name = "lost",
    description = {
      "List the volumes whose node the cluster no longer has, with the commands that let them go.",
      "Their data is gone. A node that is merely down is still in the cluster; it is not listed."
    })
final class ClusterLostCommand implements Callable<Integer> {
  @Mixin private DriverNameFlag driver = new DriverNameFlag();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    List<LostVolumes.Lost> lost =
        new LostVolumes(ClusterApi.here(System.getenv()), driver.name()).find();
    PrintWriter out = command.commandLine().getOut();
    out.print(json ? Json.of(lost) + "\n" : text(lost));
    out.flush();
    return Exit.OK;
  }

  static String text(List<LostVolumes.Lost> lost) {
    if (lost.isEmpty()) {
      return "No volume is on a node that the cluster no longer has.\n";
    }
    var table = new Table("VOLUME", "SIZE", "NODE", "CLAIM", "SNAPSHOTS");
    var commands = new StringBuilder();
    for (LostVolumes.Lost each : lost) {
      table.add(
          each.volume(),
          each.size(),
          each.node(),
          each.claim().isEmpty() ? "-" : String.join("/", each.claim()),
          Integer.toString(each.snapshots().size()));
      commands.append('\n').append(letGo(each));
    }
    return table
        + "\nTheir data went with their nodes. If a node will not come back, this lets its volumes go;\n"
        + "claims that are made again then get new, empty volumes on other nodes:\n"
        + commands;
  }

  /// Nobody answers for a deletion on a node that is gone, so the object is kept from asking, and
  /// its finalizers, which wait for that answer, are taken off.
  private static String letGo(LostVolumes.Lost lost) {
    var commands = new StringBuilder("# %s on %s\n".formatted(lost.volume(), lost.node()));
    for (LostVolumes.Content content : lost.snapshots()) {
      if (!content.snapshot().isEmpty()) {
        commands.append(
            "kubectl -n %s delete volumesnapshot %s --ignore-not-found --wait=false\n"
                .formatted(content.snapshot().getFirst(), content.snapshot().getLast()));
      }
      commands.append(free("volumesnapshotcontent", content.name(), "deletionPolicy"));
    }
    if (!lost.claim().isEmpty()) {
      commands.append(
          "kubectl -n %s delete pvc %s --ignore-not-found --wait=false\n"
              .formatted(lost.claim().getFirst(), lost.claim().getLast()));
    }
    return commands.append(free("pv", lost.volume(), "persistentVolumeReclaimPolicy")).toString();
  }

  private static String free(String kind, String name, String policy) {
    return """
    kubectl patch %1$s %2$s --type merge -p '{"spec":{"%3$s":"Retain"}}'
    kubectl delete %1$s %2$s --wait=false
    kubectl patch %1$s %2$s --type merge -p '{"metadata":{"finalizers":null}}'
    """
        .formatted(kind, name, policy);
  }
}
