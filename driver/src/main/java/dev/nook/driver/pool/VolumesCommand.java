package dev.nook.driver.pool;

import dev.nook.driver.cli.Exit;
import dev.nook.driver.cli.Json;
import dev.nook.driver.cli.PoolFlags;
import dev.nook.driver.cli.Table;
import dev.nook.driver.serve.Driver;
import dev.nook.linux.Linux;
import dev.nook.store.health.Inventory;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Lists the volumes of this node's pools, or their snapshots, from the disk, whether or not the
/// driver runs.
@Command(name = "volumes", description = "List the volumes of this node, or their snapshots.")
public final class VolumesCommand implements Callable<Integer> {
  @Mixin private PoolFlags pools = new PoolFlags();

  @Option(names = "--snapshots", description = "List the snapshots instead.")
  private boolean snapshots;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec command;

  @Override
  public Integer call() {
    List<Inventory> inventories =
        Driver.administration(pools.atLeastOne(), "", Linux.host()).inventory();
    boolean whole = snapshots ? printSnapshots(inventories) : printVolumes(inventories);
    for (Inventory pool : inventories) {
      if (pool.unreadable().isPresent()) {
        whole = false;
        command
            .commandLine()
            .getErr()
            .println("nook: pool %s: %s".formatted(pool.pool(), pool.unreadable().get()));
      }
    }
    return whole ? Exit.OK : Exit.FAILED;
  }

  private boolean printVolumes(List<Inventory> inventories) {
    List<VolumeRow> rows = inventories.stream().flatMap(VolumeRow::of).toList();
    print(rows, VolumeRow.table(rows));
    return rows.stream().allMatch(row -> row.quarantined().isEmpty());
  }

  private boolean printSnapshots(List<Inventory> inventories) {
    List<SnapshotRow> rows = inventories.stream().flatMap(SnapshotRow::of).toList();
    print(rows, SnapshotRow.table(rows));
    return rows.stream().allMatch(row -> row.quarantined().isEmpty());
  }

  private void print(List<?> rows, Table table) {
    PrintWriter out = command.commandLine().getOut();
    out.print(json ? Json.of(rows) + "\n" : table);
    out.flush();
  }
}
