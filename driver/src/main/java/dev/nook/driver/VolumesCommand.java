package dev.nook.driver;

import dev.nook.linux.Linux;
import dev.nook.store.Content;
import dev.nook.store.Volume;
import dev.nook.store.pool.Inventory;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Lists the volumes of this node's pools as their disks hold them, with the driver up or down.
@Command(name = "volumes", description = "List the volumes of this node.")
final class VolumesCommand implements Callable<Integer> {
  @Mixin private PoolFlags pools = new PoolFlags();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec command;

  /// One volume.
  ///
  /// @param name what the CO calls it; none where its record cannot be trusted
  /// @param used bytes taken of the pool now; none where nobody counts them
  record Row(
      String id,
      Optional<String> name,
      String pool,
      Optional<Long> size,
      Optional<Long> used,
      Optional<String> content,
      Optional<String> quarantined) {}

  @Override
  public Integer call() {
    PrintWriter out = command.commandLine().getOut();
    List<Inventory> inventories = Driver.pools(pools.atLeastOne(), "", Linux.host()).inventory();
    List<Row> rows =
        inventories.stream()
            .flatMap(pool -> pool.rows().stream().map(row -> row(pool.pool().text(), row)))
            .toList();
    out.print(json ? Json.of(rows) + "\n" : table(rows));
    out.flush();
    List<Inventory> unreadable =
        inventories.stream().filter(pool -> pool.unreadable().isPresent()).toList();
    for (Inventory pool : unreadable) {
      command
          .commandLine()
          .getErr()
          .println("nook: pool %s: %s".formatted(pool.pool(), pool.unreadable().get()));
    }
    boolean whole =
        unreadable.isEmpty() && rows.stream().allMatch(row -> row.quarantined().isEmpty());
    return whole ? Exit.OK : Exit.FAILED;
  }

  private static Row row(String pool, Inventory.Row row) {
    Optional<Volume> volume = row.volume();
    return new Row(
        row.id().text(),
        volume.map(known -> known.name().text()),
        pool,
        volume.map(Volume::capacityBytes),
        row.heldBytes(),
        volume.map(known -> words(known.content())),
        row.quarantined());
  }

  private static String words(Content content) {
    return switch (content) {
      case Content.Raw _ -> "block";
      case Content.Formatted(var shape, var _) -> shape.type().kernelName();
      case Content.Tree(var _, var enforced, var _) ->
          enforced ? "directory" : "directory, no quota";
    };
  }

  private static String table(List<Row> rows) {
    var table = new Table("VOLUME", "NAME", "POOL", "SIZE", "USED", "CONTENT", "STATE");
    for (Row row : rows) {
      table.add(
          row.id(),
          row.name().map(Printable::text).orElse("-"),
          row.pool(),
          row.size().map(Size::text).orElse("-"),
          row.used().map(Size::text).orElse("-"),
          row.content().orElse("-"),
          row.quarantined().map(why -> "quarantined: " + Printable.text(why)).orElse("good"));
    }
    return table.toString();
  }
}
